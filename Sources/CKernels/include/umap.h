#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One epoch of UMAP's optimisation (McInnes, Healy & Melville 2018, arXiv:1802.03426, algorithm 5).
typedef struct {
  // Sparse rows: point i's neighbours are entries offsets[i]..<offsets[i + 1] of `columns`, and `shares` are their
  // weights divided by the largest.
  const int64_t *offsets;
  const int32_t *columns;
  const float *shares;
  // The points that move, and those that they are drawn to and pushed from, `dimensions` (1, 2 or 3) coordinates each.
  const float *points, *reference;
  size_t reference_count, dimensions;
  // Where the moves of point i's neighbours begin, in entries; NULL: they stay where they are.
  const int64_t *slots;
  // The similarity 1/(1 + a d^2b), and the step size.
  float a, b, rate;
  // The number of the epoch, from 1, and the key of its random numbers.
  int64_t epoch;
  uint64_t key;
} mim_umap_epoch;

// Writes where `count` points, first, first + step, first + 2 step …, go, and how far they draw the neighbour of each entry
// that is due; the points stay as they are.
void mim_umap_move(const mim_umap_epoch *epoch, size_t first, size_t step, size_t count, float *moved,
                   float *draws);

// Moves neighbours by what mim_umap_move wrote for the same points.
void mim_umap_draw(const mim_umap_epoch *epoch, size_t first, size_t step, size_t count,
                   const float *draws, float *points);

// 64 bits that look random of each number (Steele, Lea & Flood 2014, SplitMix).
uint64_t mim_umap_mix(uint64_t number);

enum { MIM_SPARSE_VECTORS = 8 };

// result[i][v] = Σ value vectors[column][v] over the entries of rows begin..<end, for MIM_SPARSE_VECTORS vectors; both
// tables have a row of MIM_SPARSE_VECTORS numbers for each point.
void mim_sparse_products(const int64_t *offsets, const int32_t *columns, const double *values,
                         const double *vectors, size_t begin, size_t end, double *result);
