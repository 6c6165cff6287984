#pragma once
#include <stddef.h>

// Small pieces of linear algebra in double precision.

// Σ first[i] second[i], summed in eight interleaved parts.
double mim_dot(const double *first, const double *second, size_t count);

// target[i] += a * first[i] + b * second[i].
void mim_add_scaled(double a, const double *first, double b, const double *second, size_t count,
                    double *target);

// A plane rotation: (first[i], second[i]) becomes (c first - s second, s first + c second).
void mim_rotate(double c, double s, double *first, double *second, size_t count);

// target[i] = source[i].
void mim_widen(const float *source, size_t count, double *target);

// sums[i] += row[i]. How many |row[i]| are above `largest`, or NaN.
size_t mim_add_row(const double *row, size_t count, double largest, double *sums);

enum { MIM_GRAM_LANES = 16 };

// panels[i / LANES * distance + i % LANES] = row[i] - mean[i]: a row of the panels of mim_accumulate_gram.
void mim_centre_row(const double *row, const double *mean, size_t count, double *panels,
                    size_t distance);

// gram[i][j] += Σ_r x[r][i] x[r][j] for the columns i of one panel of MIM_GRAM_LANES columns and
// all columns j of the panels up to it. Column i of row r lies at
// panels[(i / LANES * count + r) * LANES + i % LANES]; a row of gram has `stride` entries.
void mim_accumulate_gram(const double *panels, size_t count, size_t panel, double *gram,
                         size_t stride);

// result[r][j] = Σ_k rows[r][k] matrix[k][j] for `count` rows of `inner` entries and the first `columns` columns,
// at most MIM_GRAM_LANES; rows of matrix and of result are `stride` and `result_stride` apart.
void mim_multiply_panel(const double *rows, size_t count, size_t inner, const double *matrix,
                        size_t stride, size_t columns, double *result, size_t result_stride);
