#pragma once
#include <stddef.h>
#include <stdint.h>

// A max-heap of the smallest (value, index) pairs seen so far; equal values are ordered by index.

static inline __attribute__((always_inline)) int is_before(double value, int32_t index,
                                                           double otherValue, int32_t otherIndex) {
  return value < otherValue || (value == otherValue && index < otherIndex);
}

// Replaces the heap's largest pair and restores the order downwards.
static inline __attribute__((always_inline)) void replace_largest(double value, int32_t index,
                                                                  double *values, int32_t *indices,
                                                                  size_t capacity) {
  size_t hole = 0;
  for (;;) {
    size_t child = 2 * hole + 1;
    if (child >= capacity) break;
    if (child + 1 < capacity &&
        is_before(values[child], indices[child], values[child + 1], indices[child + 1]))
      child++;
    if (!is_before(value, index, values[child], indices[child])) break;
    values[hole] = values[child];
    indices[hole] = indices[child];
    hole = child;
  }
  values[hole] = value;
  indices[hole] = index;
}
