#include "linear.h"

#include "wide_doubles.h"

enum { LANES = MIM_LINEAR_LANES, TILE = MIM_LINEAR_TILE };

// Sixteen rows by four outputs stay in registers over the columns.
FOR_EVERY_SET(void, mim_linear_scores,
              (const double *packed, size_t columns, size_t blocks, const double *weights,
               size_t tiles, double *scores),
              (packed, columns, blocks, weights, tiles, scores)) {
  for (size_t block = 0; block < blocks; block++) {
    const double *rows = packed + block * columns * LANES;
    for (size_t tile = 0; tile < tiles; tile++) {
      const double *own = weights + tile * columns * TILE;
      Vector low[TILE] = {0}, high[TILE] = {0};
      for (size_t j = 0; j < columns; j++) {
        Vector left = LOAD(rows + j * LANES), right = LOAD(rows + j * LANES + WIDTH);
#pragma clang loop unroll(full)
        for (int q = 0; q < TILE; q++) {
          low[q] += left * own[j * TILE + q];
          high[q] += right * own[j * TILE + q];
        }
      }
      double *target = scores + (block * tiles + tile) * TILE * LANES;
#pragma clang loop unroll(full)
      for (int q = 0; q < TILE; q++) {
        STORE(target + q * LANES, low[q]);
        STORE(target + q * LANES + WIDTH, high[q]);
      }
    }
  }
}

// By its place: a vector as an argument would have an ABI of its own.
static inline __attribute__((always_inline)) double sum_of(const Vector *value) {
  double total = 0;
#pragma clang loop unroll(full)
  for (int lane = 0; lane < WIDTH; lane++) total += (*value)[lane];
  return total;
}

// Two columns by four outputs stay in registers over the rows.
FOR_EVERY_SET(void, mim_linear_gradient,
              (const double *packed, size_t columns, size_t blocks, const double *residuals,
               size_t tiles, double *gradient),
              (packed, columns, blocks, residuals, tiles, gradient)) {
  for (size_t tile = 0; tile < tiles; tile++) {
    double *own = gradient + tile * columns * TILE;
    for (size_t j = 0; j < columns; j += 2) {
      const size_t other = j + 1 < columns ? j + 1 : j;
      Vector first[TILE] = {0}, second[TILE] = {0};
      for (size_t block = 0; block < blocks; block++) {
        const double *rows = packed + block * columns * LANES;
        const double *errors = residuals + (block * tiles + tile) * TILE * LANES;
#pragma clang loop unroll(full)
        for (int half = 0; half < LANES; half += WIDTH) {
          Vector a = LOAD(rows + j * LANES + half), b = LOAD(rows + other * LANES + half);
#pragma clang loop unroll(full)
          for (int q = 0; q < TILE; q++) {
            Vector error = LOAD(errors + q * LANES + half);
            first[q] += a * error;
            second[q] += b * error;
          }
        }
      }
      for (int q = 0; q < TILE; q++) {
        own[j * TILE + q] += sum_of(&first[q]);
        if (other != j) own[other * TILE + q] += sum_of(&second[q]);
      }
    }
  }
}
