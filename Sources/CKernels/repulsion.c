#include "repulsion.h"

#include "wide_doubles.h"

#include <math.h>

#define INLINE static inline __attribute__((always_inline))

INLINE void add_tail(const double *point, const double *reference, size_t count,
                     size_t dimensions, double freedom, size_t begin, double *sums) {
  for (size_t i = begin; i < count; i++) {
    double squared = 0;
    for (size_t j = 0; j < dimensions; j++) {
      double d = point[j] - reference[j * count + i];
      squared += d * d;
    }
    double b = 1.0 + squared / freedom, w = freedom == 1 ? 1.0 / b : pow(b, -freedom);
    sums[0] += w;
    for (size_t j = 0; j < dimensions; j++)
      sums[1 + j] += w / b * (point[j] - reference[j * count + i]);
  }
}

// One degree of freedom, a fixed number of dimensions.
INLINE void repel(const double *point, const double *reference, size_t count,
                  const size_t dimensions, double *sums) {
  Vector normaliser = {0}, forces[3] = {0};
  size_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH) {
    Vector d[3], b = {0};
    b += 1.0;
#pragma clang loop unroll(full)
    for (size_t j = 0; j < dimensions; j++) {
      d[j] = point[j] - LOAD(reference + j * count + i);
      b += d[j] * d[j];
    }
    Vector w = 1.0 / b;
    normaliser += w;
#pragma clang loop unroll(full)
    for (size_t j = 0; j < dimensions; j++) forces[j] += w * w * d[j];
  }
  for (int lane = 0; lane < WIDTH; lane++) {
    sums[0] += normaliser[lane];
    for (size_t j = 0; j < dimensions; j++) sums[1 + j] += forces[j][lane];
  }
  add_tail(point, reference, count, dimensions, 1, i, sums);
}

FOR_EVERY_SET(void, mim_student_repulsion,
              (const double *point, const double *reference, size_t count, size_t dimensions,
               double freedom, double *sums),
              (point, reference, count, dimensions, freedom, sums)) {
  for (size_t j = 0; j <= dimensions; j++) sums[j] = 0;
  if (freedom != 1)
    add_tail(point, reference, count, dimensions, freedom, 0, sums);
  else if (dimensions == 1)
    repel(point, reference, count, 1, sums);
  else if (dimensions == 2)
    repel(point, reference, count, 2, sums);
  else
    repel(point, reference, count, 3, sums);
}
