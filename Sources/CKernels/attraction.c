#include "attraction.h"

#include "wide_doubles.h"

#include <math.h>

#define INLINE static inline __attribute__((always_inline))

// Written for a fixed number of dimensions, so that each copy keeps its sums in registers.
INLINE void attract(const int64_t *offsets, const int32_t *columns, const double *values,
                    const double *points, const double *reference, const size_t dimensions,
                    double inverse_freedom, size_t begin, size_t end, double *forces) {
  for (size_t i = begin; i < end; i++) {
    const double *own = points + i * dimensions;
    Vector sums[3] = {0};
    int64_t e = offsets[i], last = offsets[i + 1];
    for (; e + WIDTH <= last; e += WIDTH) {
      Vector d[3], squared = {0};
#pragma clang loop unroll(full)
      for (size_t j = 0; j < dimensions; j++) {
#pragma clang loop unroll(full)
        for (int lane = 0; lane < WIDTH; lane++)
          d[j][lane] = reference[(size_t)columns[e + lane] * dimensions + j];
        d[j] = own[j] - d[j];
        squared += d[j] * d[j];
      }
      Vector scaled = LOAD(values + e) / (1.0 + squared * inverse_freedom);
#pragma clang loop unroll(full)
      for (size_t j = 0; j < dimensions; j++) sums[j] += scaled * d[j];
    }
    double *force = forces + (i - begin) * dimensions;
    for (size_t j = 0; j < dimensions; j++) {
      force[j] = 0;
      for (int lane = 0; lane < WIDTH; lane++) force[j] += sums[j][lane];
    }
    for (; e < last; e++) {
      const double *other = reference + (size_t)columns[e] * dimensions;
      double squared = 0;
      for (size_t j = 0; j < dimensions; j++)
        squared += (own[j] - other[j]) * (own[j] - other[j]);
      double scaled = values[e] / (1.0 + squared * inverse_freedom);
      for (size_t j = 0; j < dimensions; j++) force[j] += scaled * (own[j] - other[j]);
    }
  }
}

FOR_EVERY_SET(void, mim_student_attraction,
              (const int64_t *offsets, const int32_t *columns, const double *values,
               const double *points, const double *reference, size_t dimensions,
               double inverse_freedom, size_t begin, size_t end, double *forces),
              (offsets, columns, values, points, reference, dimensions, inverse_freedom, begin, end,
               forces)) {
#define CASE(n)                                                                               \
  if (dimensions == n)                                                                        \
    attract(offsets, columns, values, points, reference, n, inverse_freedom, begin, end, forces)
  CASE(1);
  CASE(2);
  CASE(3);
#undef CASE
}

double mim_student_surprisal(const int64_t *offsets, const int32_t *columns, const double *values,
                             const double *points, const double *reference, size_t dimensions,
                             double inverse_freedom, size_t row) {
  const double *own = points + row * dimensions;
  double sum = 0;
  for (int64_t e = offsets[row]; e < offsets[row + 1]; e++) {
    const double *other = reference + (size_t)columns[e] * dimensions;
    double squared = 0;
    for (size_t j = 0; j < dimensions; j++) squared += (own[j] - other[j]) * (own[j] - other[j]);
    sum += values[e] * log1p(squared * inverse_freedom);
  }
  return sum;
}
