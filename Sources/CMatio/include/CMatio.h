// A flat interface to libmatio, which reads MATLAB's .mat files. Only real numeric matrices of
// version 5 files are read; what libmatio would print comes out as a status code.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// What a call came to. Anything but CMATIO_OK leaves the outputs NULL or zero.
enum {
  CMATIO_OK = 0,
  CMATIO_NOT_MAT = 1,       // libmatio cannot open it as a .mat file
  CMATIO_OTHER_VERSION = 2, // a .mat file, but not of version 5
  CMATIO_MISSING = 3,       // no variable of that name
  CMATIO_NOT_MATRIX = 4,    // not a real numeric matrix with two axes
  CMATIO_TOO_LARGE = 5,     // more elements than the caller allows
  CMATIO_DAMAGED = 6        // the elements cannot be read
};

// The extents of a variable, without reading its elements.
int cmatio_extents(const char *path, const char *name, size_t *rows, size_t *columns);

// The elements of a variable in the file's order: column after column. `*values` holds
// rows * columns numbers and is freed with cmatio_free.
int cmatio_read(const char *path, const char *name, size_t max_elements, float **values,
                size_t *rows, size_t *columns);

// Frees what cmatio_read made. NULL is allowed.
void cmatio_free(float *values);

#ifdef __cplusplus
}
#endif
