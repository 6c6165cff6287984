#include "fields.h"

#include "wide_doubles.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

typedef float Row __attribute__((ext_vector_type(8)));
typedef float LooseRow __attribute__((ext_vector_type(8), aligned(4)));

// One more order, in place: from the weights of order k - 1 to those of order k.
INLINE void raise_order(float *weights, int k, float t) {
  float share = 1.0f / (float)(k - 1);
  weights[k - 1] = share * t * weights[k - 2];
  for (int j = 1; j < k - 1; j++)
    weights[k - 1 - j] = share * ((t + (float)j) * weights[k - j - 2] +
                                  ((float)(k - j) - t) * weights[k - j - 1]);
  weights[0] = share * (1 - t) * weights[0];
}

// The first node that a coordinate touches, the weights of it and the next ones, and their
// derivatives; lanes past MIM_SPLINE are zero.
INLINE size_t spline(double coordinate, float weights[8], float slopes[8]) {
  size_t node = (size_t)coordinate;
  float t = (float)(coordinate - (double)node);
  weights[0] = 1 - t;
  weights[1] = t;
#pragma clang loop unroll(full)
  for (int k = 3; k < MIM_SPLINE; k++) raise_order(weights, k, t);
  slopes[0] = -weights[0];
  for (int j = 1; j < MIM_SPLINE - 1; j++) slopes[j] = weights[j - 1] - weights[j];
  slopes[MIM_SPLINE - 1] = weights[MIM_SPLINE - 2];
  raise_order(weights, MIM_SPLINE, t);
  weights[6] = weights[7] = slopes[6] = slopes[7] = 0;
  return node;
}

// The rows that a point touches: one in one dimension.
INLINE size_t spline_across(const double *point, size_t dimensions, const double *origin,
                            double scale, float weights[8], float slopes[8]) {
  if (dimensions == 2) return spline((point[1] - origin[1]) * scale, weights, slopes);
  weights[0] = 1;
  slopes[0] = 0;
  return 0;
}

FOR_EVERY_SET(void, mim_spread_charges,
              (const double *points, size_t count, size_t dimensions, const double *origin,
               double scale, float *grid, size_t stride),
              (points, count, dimensions, origin, scale, grid, stride)) {
  int rows = dimensions == 2 ? MIM_SPLINE : 1;
  for (size_t i = 0; i < count; i++) {
    const double *point = points + i * dimensions;
    float along[8], across[8], slopes[8];
    size_t column = spline((point[0] - origin[0]) * scale, along, slopes);
    size_t row = spline_across(point, dimensions, origin, scale, across, slopes);
    Row weights = *(LooseRow *)along;
    for (int r = 0; r < rows; r++) {
      LooseRow *nodes = (LooseRow *)(grid + (row + (size_t)r) * stride + column);
      *nodes += across[r] * weights;
    }
  }
}

FOR_EVERY_SET(void, mim_interpolate_field,
              (const double *points, size_t count, size_t dimensions, const double *origin,
               double scale, const float *grid, size_t stride, double *values, double *slopes),
              (points, count, dimensions, origin, scale, grid, stride, values, slopes)) {
  int rows = dimensions == 2 ? MIM_SPLINE : 1;
  for (size_t i = 0; i < count; i++) {
    const double *point = points + i * dimensions;
    float along[8], across[8], alongSlopes[8], acrossSlopes[8];
    size_t column = spline((point[0] - origin[0]) * scale, along, alongSlopes);
    size_t row = spline_across(point, dimensions, origin, scale, across, acrossSlopes);
    Row sum = {0}, slope = {0};
    for (int r = 0; r < rows; r++) {
      Row nodes = *(const LooseRow *)(grid + (row + (size_t)r) * stride + column);
      sum += across[r] * nodes;
      slope += acrossSlopes[r] * nodes;
    }
    float value = 0, first = 0, second = 0;
    for (int j = 0; j < MIM_SPLINE; j++) {
      value += along[j] * sum[j];
      first += alongSlopes[j] * sum[j];
      second += along[j] * slope[j];
    }
    values[i] = value;
    slopes[i * dimensions] = first * scale;
    if (dimensions == 2) slopes[i * 2 + 1] = second * scale;
  }
}

void mim_gather_columns(const float *spectrum, size_t stride, size_t rows, size_t columns,
                        float *block, size_t length) {
  if (columns < MIM_COLUMNS) memset(block, 0, rows * MIM_COLUMNS * 2 * sizeof *block);
  for (size_t r = 0; r < rows; r++)
    memcpy(block + r * MIM_COLUMNS * 2, spectrum + r * stride * 2, columns * 2 * sizeof *block);
  memset(block + rows * MIM_COLUMNS * 2, 0, (length - rows) * MIM_COLUMNS * 2 * sizeof *block);
}

void mim_scatter_columns(const float *block, size_t columns, size_t rows, float *spectrum,
                         size_t stride) {
  for (size_t r = 0; r < rows; r++)
    memcpy(spectrum + r * stride * 2, block + r * MIM_COLUMNS * 2, columns * 2 * sizeof *block);
}

FOR_EVERY_SET(void, mim_scale_complex,
              (float *numbers, const float *factors, size_t count), (numbers, factors, count)) {
  for (size_t i = 0; i < count; i++) {
    numbers[2 * i] *= factors[i];
    numbers[2 * i + 1] *= factors[i];
  }
}
