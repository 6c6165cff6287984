#pragma once
#include <stddef.h>
#include <stdint.h>

// Candidates for the nearest neighbours of a block of queries, by the matrix product: the score
// |r|² - 2 q·r of a reference point r orders as its squared distance to q does, up to rounding.
//
// queries: `count` rows, reference: `points` rows of `dimensions` floats; squares[j] = |r_j|².
// margins[i] bounds twice the rounding error of query i's scores. Row i of `indices`
// (`capacity` entries, more than 2k) gets every point whose score is at most the k-th smallest plus
// the margin, in no order, and found[i] their number; found[i] = -1 where more than half of the
// capacity qualify. Query i never meets point own + i where own >= 0. `scratch` has room for
// count * MIM_PRODUCT_TILE floats, `scores` for count * capacity. Runs on the calling thread
// alone. Returns 0, or oneDNN's status.
enum { MIM_PRODUCT_TILE = 512 };

int mim_product_candidates(const float *queries, size_t count, const float *reference,
                           const float *squares, size_t points, size_t dimensions, size_t k,
                           const float *margins, int64_t own, size_t capacity, float *scratch,
                           float *scores, int32_t *indices, int32_t *found);

// Squared Euclidean distances from a query to the listed rows of `reference`.
void mim_distances_to_rows(const double *query, const double *reference, size_t dimensions,
                           const int32_t *rows, size_t count, double *distances);
