#pragma once
#include <stddef.h>
#include <stdint.h>

// Sums of rows by weight, for samplers that make values one after another.

/// The numbers of a row: one for each item that is made beside the others.
enum { MIM_ROW = 32 };

// sum[i] += Σ_k weights[chosen[k]] · rows[chosen[k] * MIM_ROW + i] for i < MIM_ROW.
void mim_add_weighted_rows(const float *weights, const float *rows, const int32_t *chosen,
                           size_t count, float *sum);
