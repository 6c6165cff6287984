#include "distances.h"

#include "smallest_heap.h"
#include "wide_doubles.h"

enum { LANES = MIM_DISTANCE_LANES, QUERIES = MIM_DISTANCE_QUERIES };

#define LARGER(a, b) ((a) > (b) ? (a) : (b))

// Both kernels keep four queries by sixteen points in registers; sums run over the dimensions in
// order, so a distance doesn't depend on where in a block its point lies.

FOR_EVERY_SET(void, mim_distances_squared,
              (const double *const *queries, size_t dimensions, const double *packed, size_t blocks,
               double *rows, size_t stride), (queries, dimensions, packed, blocks, rows, stride)) {
  for (size_t block = 0; block < blocks; block++) {
    const double *points = packed + block * dimensions * LANES;
    Vector low[QUERIES] = {0}, high[QUERIES] = {0};
    for (size_t j = 0; j < dimensions; j++) {
      Vector left = LOAD(points + j * LANES), right = LOAD(points + j * LANES + WIDTH);
#pragma clang loop unroll(full)
      for (int q = 0; q < QUERIES; q++) {
        Vector toLeft = left - queries[q][j], toRight = right - queries[q][j];
        low[q] += toLeft * toLeft;
        high[q] += toRight * toRight;
      }
    }
#pragma clang loop unroll(full)
    for (int q = 0; q < QUERIES; q++) {
      STORE(rows + q * stride + block * LANES, low[q]);
      STORE(rows + q * stride + block * LANES + WIDTH, high[q]);
    }
  }
}

FOR_EVERY_SET(void, mim_distances_maximum,
              (const double *const *queries, size_t dimensions, const double *packed, size_t blocks,
               double *rows, size_t stride), (queries, dimensions, packed, blocks, rows, stride)) {
  for (size_t block = 0; block < blocks; block++) {
    const double *points = packed + block * dimensions * LANES;
    Vector low[QUERIES] = {0}, high[QUERIES] = {0};
    for (size_t j = 0; j < dimensions; j++) {
      Vector left = LOAD(points + j * LANES), right = LOAD(points + j * LANES + WIDTH);
#pragma clang loop unroll(full)
      for (int q = 0; q < QUERIES; q++) {
        Vector toLeft = __builtin_elementwise_abs(left - queries[q][j]);
        Vector toRight = __builtin_elementwise_abs(right - queries[q][j]);
        low[q] = LARGER(low[q], toLeft);
        high[q] = LARGER(high[q], toRight);
      }
    }
#pragma clang loop unroll(full)
    for (int q = 0; q < QUERIES; q++) {
      STORE(rows + q * stride + block * LANES, low[q]);
      STORE(rows + q * stride + block * LANES + WIDTH, high[q]);
    }
  }
}

FOR_EVERY_SET(void, mim_elementwise_maximum,
              (const double *first, const double *second, size_t count, double *joint),
              (first, second, count, joint)) {
  for (size_t i = 0; i < count; i++) joint[i] = LARGER(first[i], second[i]);
}

FOR_EVERY_SET(size_t, mim_count_at_most,
              (const double *values, size_t count, double radius), (values, count, radius)) {
  Mask found = {0};
  size_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH) found -= (Mask)(LOAD(values + i) <= radius);
  size_t total = (size_t)__builtin_reduce_add(found);
  for (; i < count; i++) total += values[i] <= radius;
  return total;
}

FOR_EVERY_SET(size_t, mim_count_below,
              (const double *values, size_t count, double radius), (values, count, radius)) {
  Mask found = {0};
  size_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH) found -= (Mask)(LOAD(values + i) < radius);
  size_t total = (size_t)__builtin_reduce_add(found);
  for (; i < count; i++) total += values[i] < radius;
  return total;
}

FOR_EVERY_SET(void, mim_select_smallest,
              (const double *values, size_t count, int32_t first, double *heap_values,
               int32_t *heap_indices, size_t capacity),
              (values, count, first, heap_values, heap_indices, capacity)) {
  if (capacity == 0) return;
  for (size_t i = 0; i < count; i += LANES) {
    size_t here = count - i < LANES ? count - i : LANES;
    if (here == LANES) {
      Mask smaller = (Mask)(LOAD(values + i) < heap_values[0]) |
                     (Mask)(LOAD(values + i + WIDTH) < heap_values[0]);
      if (__builtin_reduce_or(smaller) == 0) continue;
    }
    for (size_t lane = 0; lane < here; lane++)
      if (values[i + lane] < heap_values[0])
        replace_largest(values[i + lane], first + (int32_t)(i + lane), heap_values, heap_indices,
                        capacity);
  }
}
