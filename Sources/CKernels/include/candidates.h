#pragma once
#include <stddef.h>
#include <stdint.h>

// Candidates for the nearest neighbours of a block of queries, by a matrix product whose result is
// compared in registers and never stored: the score |r|² - 2 q·r of a reference point r orders as its
// squared distance to q does, up to rounding.
//
// Reference points are packed by blocks of MIM_CANDIDATE_POINTS: block b holds its points'
// coordinate j at packed[(b * dimensions + j) * MIM_CANDIDATE_POINTS + place], and squares has
// |r|² for every place of every block, INFINITY where no point is.
enum { MIM_CANDIDATE_POINTS = 64, MIM_CANDIDATE_QUERIES = 252 };

// Packs rows `first` ..< `end` (`first` at the start of a block; places past `end` up to the block's end
// are filled) of `rows` [..][dimensions] as (value - mean) * scale. Also writes the lengths |r| of
// the packed points and their squares.
void mim_candidates_pack(const double *rows, size_t first, size_t end, size_t dimensions,
                         const double *mean, double scale, float *packed, float *squares,
                         double *lengths);

// queries: `count` rows (at most MIM_CANDIDATE_QUERIES) of `dimensions` floats; `scratch` has room
// for MIM_CANDIDATE_QUERIES of them. margins[i] bounds twice the rounding error of query i's
// scores. Row i of `indices` (`capacity` entries, more than 2k) gets every point whose score is at
// most the k-th smallest plus the margin, in no order, and found[i] their number; found[i] = -1
// where more than half of the capacity qualify. Query i never meets point own + i where own >= 0.
// `scores` has room for count * capacity. Returns 0, or -1 where an argument is out of range.
int mim_product_candidates(const float *queries, size_t count, const float *packed,
                           const float *squares, size_t points, size_t dimensions, size_t k,
                           const float *margins, int64_t own, size_t capacity, float *scratch,
                           float *scores, int32_t *indices, int32_t *found);

// The largest |value - mean| over `count` rows.
double mim_largest_deviation(const double *rows, size_t count, size_t dimensions,
                             const double *mean);

// Squared Euclidean distances from a query to the listed rows of `reference`.
void mim_distances_to_rows(const double *query, const double *reference, size_t dimensions,
                           const int32_t *rows, size_t count, double *distances);
