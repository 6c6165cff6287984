#include "vectors.h"

#include "wide_doubles.h"

enum { LANES = MIM_GRAM_LANES, TILE = 4 };

FOR_EVERY_SET(double, mim_dot,
              (const double *first, const double *second, size_t count), (first, second, count)) {
  Vector sums = {0};
  size_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH) sums += LOAD(first + i) * LOAD(second + i);
  double total = 0;
  for (int lane = 0; lane < WIDTH; lane++) total += sums[lane];
  for (; i < count; i++) total += first[i] * second[i];
  return total;
}

FOR_EVERY_SET(void, mim_add_scaled,
              (double a, const double *first, double b, const double *second, size_t count,
               double *target), (a, first, b, second, count, target)) {
  size_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH)
    STORE(target + i, LOAD(target + i) + a * LOAD(first + i) + b * LOAD(second + i));
  for (; i < count; i++) target[i] += a * first[i] + b * second[i];
}

FOR_EVERY_SET(void, mim_rotate, (double c, double s, double *first, double *second, size_t count),
              (c, s, first, second, count)) {
  size_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH) {
    Vector left = LOAD(first + i), right = LOAD(second + i);
    STORE(first + i, c * left - s * right);
    STORE(second + i, s * left + c * right);
  }
  for (; i < count; i++) {
    double left = first[i], right = second[i];
    first[i] = c * left - s * right;
    second[i] = s * left + c * right;
  }
}

FOR_EVERY_SET(void, mim_widen, (const float *source, size_t count, double *target),
              (source, count, target)) {
  for (size_t i = 0; i < count; i++) target[i] = source[i];
}

FOR_EVERY_SET(size_t, mim_add_row,
              (const double *row, size_t count, double largest, double *sums),
              (row, count, largest, sums)) {
  size_t unusable = 0;
  for (size_t i = 0; i < count; i++) {
    sums[i] += row[i];
    // NaN isn't at most anything.
    unusable += !(__builtin_fabs(row[i]) <= largest);
  }
  return unusable;
}

FOR_EVERY_SET(void, mim_centre_row,
              (const double *row, const double *mean, size_t count, double *panels,
               size_t distance),
              (row, mean, count, panels, distance)) {
  for (size_t first = 0; first < count; first += LANES, panels += distance) {
    const size_t found = count - first < LANES ? count - first : LANES;
    if (found < LANES) {
      for (size_t i = 0; i < found; i++) panels[i] = row[first + i] - mean[first + i];
      break;
    }
    STORE(panels, LOAD(row + first) - LOAD(mean + first));
    STORE(panels + WIDTH, LOAD(row + first + WIDTH) - LOAD(mean + first + WIDTH));
  }
}

// Tiles of `tile` by sixteen entries stay in registers over the rows: as many as hide how long an addition takes.
static inline __attribute__((always_inline)) void gram_tiles(
    const int tile, const double *own, const double *columns, size_t count, double *gram,
    size_t stride) {
  for (int first = 0; first < LANES; first += tile) {
    Vector low[LANES] = {0}, high[LANES] = {0};
    for (size_t r = 0; r < count; r++) {
      Vector left = LOAD(columns + r * LANES), right = LOAD(columns + r * LANES + WIDTH);
#pragma clang loop unroll(full)
      for (int q = 0; q < tile; q++) {
        low[q] += left * own[r * LANES + first + q];
        high[q] += right * own[r * LANES + first + q];
      }
    }
#pragma clang loop unroll(full)
    for (int q = 0; q < tile; q++) {
      double *entry = gram + (first + q) * stride;
      STORE(entry, LOAD(entry) + low[q]);
      STORE(entry + WIDTH, LOAD(entry + WIDTH) + high[q]);
    }
  }
}

FOR_EVERY_SET(void, mim_accumulate_gram,
              (const double *panels, size_t count, size_t panel, double *gram, size_t stride),
              (panels, count, panel, gram, stride)) {
  const double *own = panels + panel * count * LANES;
  for (size_t other = 0; other <= panel; other++) {
    const double *columns = panels + other * count * LANES;
    double *entries = gram + panel * LANES * stride + other * LANES;
    if (set == MIM_AVX512)
      gram_tiles(8, own, columns, count, entries, stride);
    else
      gram_tiles(set == MIM_AVX2 ? 2 : 1, own, columns, count, entries, stride);
  }
}

enum { INNER = 256 };

// The panel's part of some rows of the matrix is copied first: a matrix whose rows are a power of two apart would
// fall into few places of the cache.
FOR_EVERY_SET(void, mim_multiply_panel,
              (const double *rows, size_t count, size_t inner, const double *matrix, size_t stride,
               size_t columns, double *result, size_t result_stride),
              (rows, count, inner, matrix, stride, columns, result, result_stride)) {
  double panel[INNER * LANES] = {0};
  for (size_t r = 0; r < count; r++)
    for (size_t j = 0; j < columns; j++) result[r * result_stride + j] = 0;
  for (size_t begin = 0; begin < inner; begin += INNER) {
    const size_t depth = inner - begin < INNER ? inner - begin : INNER;
    for (size_t k = 0; k < depth; k++)
      for (size_t j = 0; j < columns; j++)
        panel[k * LANES + j] = matrix[(begin + k) * stride + j];
    for (size_t r = 0; r < count; r += TILE) {
      const size_t found = count - r < TILE ? count - r : TILE;
      const double *own[TILE];
      for (size_t q = 0; q < TILE; q++) own[q] = rows + (r + (q < found ? q : 0)) * inner + begin;
      Vector low[TILE] = {0}, high[TILE] = {0};
      for (size_t k = 0; k < depth; k++) {
        Vector left = LOAD(panel + k * LANES), right = LOAD(panel + k * LANES + WIDTH);
#pragma clang loop unroll(full)
        for (int q = 0; q < TILE; q++) {
          low[q] += left * own[q][k];
          high[q] += right * own[q][k];
        }
      }
      for (size_t q = 0; q < found; q++) {
        double sums[LANES];
        STORE(sums, low[q]);
        STORE(sums + WIDTH, high[q]);
        for (size_t j = 0; j < columns; j++) result[(r + q) * result_stride + j] += sums[j];
      }
    }
  }
}
