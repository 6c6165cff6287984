#include "CMatio.h"

#include <matio.h>
#include <stdint.h>
#include <stdlib.h>

// libmatio prints to stderr unless told otherwise; status codes say enough.
static void be_quiet(int level, char *message) {
  (void)level;
  (void)message;
}

static int open_file(const char *path, mat_t **file) {
  Mat_LogInitFunc("mim-repl", be_quiet);
  *file = Mat_Open(path, MAT_ACC_RDONLY);
  if (*file == NULL) return CMATIO_NOT_MAT;
  if (Mat_GetVersion(*file) == MAT_FT_MAT5) return CMATIO_OK;
  Mat_Close(*file);
  *file = NULL;
  return CMATIO_OTHER_VERSION;
}

static int is_numeric(enum matio_classes class_type) {
  switch (class_type) {
    case MAT_C_DOUBLE: case MAT_C_SINGLE: case MAT_C_INT8: case MAT_C_UINT8: case MAT_C_INT16:
    case MAT_C_UINT16: case MAT_C_INT32: case MAT_C_UINT32: return 1;
    default: return 0;
  }
}

static int extents(const matvar_t *variable, size_t *rows, size_t *columns) {
  if (variable->rank != 2 || variable->dims == NULL || variable->isComplex ||
      !is_numeric(variable->class_type))
    return CMATIO_NOT_MATRIX;
  *rows = variable->dims[0];
  *columns = variable->dims[1];
  return CMATIO_OK;
}

int cmatio_extents(const char *path, const char *name, size_t *rows, size_t *columns) {
  *rows = *columns = 0;
  mat_t *file;
  int status = open_file(path, &file);
  if (status != CMATIO_OK) return status;
  matvar_t *variable = Mat_VarReadInfo(file, name);
  status = variable == NULL ? CMATIO_MISSING : extents(variable, rows, columns);
  Mat_VarFree(variable);
  Mat_Close(file);
  return status;
}

static void convert(const matvar_t *variable, float *values, size_t count) {
#define CASE(CLASS, TYPE)                                                       \
  case CLASS:                                                                   \
    for (size_t i = 0; i < count; i++) values[i] = (float)((const TYPE *)variable->data)[i]; \
    break;
  switch (variable->class_type) {
    CASE(MAT_C_DOUBLE, double)
    CASE(MAT_C_SINGLE, float)
    CASE(MAT_C_INT8, int8_t)
    CASE(MAT_C_UINT8, uint8_t)
    CASE(MAT_C_INT16, int16_t)
    CASE(MAT_C_UINT16, uint16_t)
    CASE(MAT_C_INT32, int32_t)
    CASE(MAT_C_UINT32, uint32_t)
    default: break;
  }
#undef CASE
}

static size_t class_size(enum matio_classes class_type) {
  switch (class_type) {
    case MAT_C_DOUBLE: return 8;
    case MAT_C_SINGLE: case MAT_C_INT32: case MAT_C_UINT32: return 4;
    case MAT_C_INT16: case MAT_C_UINT16: return 2;
    default: return 1;
  }
}

static int take(const matvar_t *variable, size_t max_elements, float **values, size_t *rows,
                size_t *columns) {
  int status = extents(variable, rows, columns);
  if (status != CMATIO_OK) return status;
  if (*columns != 0 && *rows > max_elements / *columns) return CMATIO_TOO_LARGE;
  size_t count = *rows * *columns;
  // What libmatio could not read in full it leaves out, or leaves shorter than announced.
  if (variable->data == NULL || (size_t)variable->data_size != class_size(variable->class_type) ||
      variable->nbytes / class_size(variable->class_type) < count)
    return CMATIO_DAMAGED;
  *values = malloc(count * sizeof(float) + 1);
  if (*values == NULL) return CMATIO_TOO_LARGE;
  convert(variable, *values, count);
  return CMATIO_OK;
}

int cmatio_read(const char *path, const char *name, size_t max_elements, float **values,
                size_t *rows, size_t *columns) {
  *values = NULL;
  // The extents first: a file that announces too much is not read at all.
  int status = cmatio_extents(path, name, rows, columns);
  if (status != CMATIO_OK) return status;
  if (*columns != 0 && *rows > max_elements / *columns) return CMATIO_TOO_LARGE;
  mat_t *file;
  status = open_file(path, &file);
  if (status != CMATIO_OK) return status;
  matvar_t *variable = Mat_VarRead(file, name);
  status = variable == NULL ? CMATIO_DAMAGED : take(variable, max_elements, values, rows, columns);
  Mat_VarFree(variable);
  Mat_Close(file);
  return status;
}

void cmatio_free(float *values) { free(values); }
