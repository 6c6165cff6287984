#pragma once
#include <stddef.h>
#include <stdint.h>

// Distances between a few queries and many points, and what estimators read off them.
//
// Points are packed by blocks of MIM_DISTANCE_LANES: block b holds its points' coordinate j at
// packed[(b * dimensions + j) * MIM_DISTANCE_LANES + lane]. Lanes past the last point hold
// INFINITY, so that their distance is INFINITY too.

enum { MIM_DISTANCE_LANES = 16, MIM_DISTANCE_QUERIES = 4 };

// Squared Euclidean distances: rows[q * stride + b * LANES + lane] for MIM_DISTANCE_QUERIES
// queries of `dimensions` coordinates each, at queries[q].
void mim_distances_squared(const double *const *queries, size_t dimensions, const double *packed,
                           size_t blocks, double *rows, size_t stride);

// Maximum-norm distances, laid out alike.
void mim_distances_maximum(const double *const *queries, size_t dimensions, const double *packed,
                           size_t blocks, double *rows, size_t stride);

// joint[i] = max(first[i], second[i]).
void mim_elementwise_maximum(const double *first, const double *second, size_t count,
                             double *joint);

// How many values are at most, or less than, a radius.
size_t mim_count_at_most(const double *values, size_t count, double radius);
size_t mim_count_below(const double *values, size_t count, double radius);

// Offers values[0..<count], whose indices are first, first + 1, …, to a max-heap of the
// `capacity` smallest (value, index) pairs seen so far. A new heap holds INFINITY and INT32_MAX.
// Offers must come in order of index: a value equal to the largest one held is then refused.
void mim_select_smallest(const double *values, size_t count, int32_t first, double *heap_values,
                         int32_t *heap_indices, size_t capacity);
