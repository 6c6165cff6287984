#pragma once
#include <stddef.h>
#include <stdint.h>

// Sums over the entries of sparse rows: row i has entries offsets[i]..<offsets[i + 1] of
// `columns` and `values`. Points have 1, 2 or 3 coordinates each, point i's from
// points[i * dimensions] on; reference points likewise. d is a row's point less a column's one.

// forces[(i - begin) * dimensions + j] = Σ value * d[j] / (1 + |d|² * inverse_freedom) for rows begin..<end.
void mim_student_attraction(const int64_t *offsets, const int32_t *columns, const double *values,
                            const double *points, const double *reference, size_t dimensions,
                            double inverse_freedom, size_t begin, size_t end, double *forces);

// Σ value * log(1 + |d|² * inverse_freedom) over the entries of row i.
double mim_student_surprisal(const int64_t *offsets, const int32_t *columns, const double *values,
                             const double *points, const double *reference, size_t dimensions,
                             double inverse_freedom, size_t row);
