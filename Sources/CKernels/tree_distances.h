#pragma once
#include "neighborhoods.h"
#include "wide_doubles.h"

// Distances from a query to what a tree is made of: boxes and leaves.

#define INLINE static inline __attribute__((always_inline))
#define LARGER(a, b) ((a) > (b) ? (a) : (b))

enum { LANES = MIM_LEAF_LANES, STACK = 128 };

// The distance from the query to the nearest place of the box.
INLINE double to_nearest(const double *box, const double *query, size_t dimensions) {
  double nearest = 0;
  for (size_t j = 0; j < dimensions; j++) {
    double below = box[j] - query[j], above = query[j] - box[dimensions + j];
    nearest = LARGER(nearest, LARGER(below, above));
  }
  return nearest;
}

// The distances from the query to the points of a leaf, over dimensions `first` ..< `end`.
INLINE void leaf_distances(const double *block, const double *query, size_t first, size_t end,
                           Vector *low, Vector *high) {
  Vector left = {0}, right = {0};
  for (size_t j = first; j < end; j++) {
    Vector toLeft = __builtin_elementwise_abs(LOAD(block + j * LANES) - query[j]);
    Vector toRight = __builtin_elementwise_abs(LOAD(block + j * LANES + WIDTH) - query[j]);
    left = LARGER(left, toLeft);
    right = LARGER(right, toRight);
  }
  *low = left;
  *high = right;
}
