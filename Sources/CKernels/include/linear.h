#pragma once
#include <stddef.h>

// Products of many rows with a few columns of weights, in double precision: linear models.
//
// Rows are packed by blocks of MIM_LINEAR_LANES: block b holds column j of its rows at
// packed[(b * columns + j) * LANES + lane]. Weights are packed by tiles of MIM_LINEAR_TILE outputs: column j of
// output o lies at weights[(o / TILE * columns + j) * TILE + o % TILE]. Lanes and outputs past the last hold 0.

enum { MIM_LINEAR_LANES = 16, MIM_LINEAR_TILE = 4 };

// scores[(b * tiles * TILE + o) * LANES + lane] = Σ_j x[j] w[o][j].
void mim_linear_scores(const double *packed, size_t columns, size_t blocks, const double *weights,
                       size_t tiles, double *scores);

// gradient[o][j] += Σ_rows x[j] r[o], for residuals laid out as the scores and a gradient laid out as the weights.
void mim_linear_gradient(const double *packed, size_t columns, size_t blocks,
                         const double *residuals, size_t tiles, double *gradient);
