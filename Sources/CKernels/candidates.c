#define _GNU_SOURCE
#include "candidates.h"

#include "wide_doubles.h"

#include <dlfcn.h>
#include <math.h>
#include <oneapi/dnnl/dnnl.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

enum { LANES = 16, LARGEST_KEPT = 4096 };

typedef float Floats __attribute__((ext_vector_type(16)));
typedef float LooseFloats __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t FloatMask __attribute__((ext_vector_type(16)));

typedef struct {
  float *scores;
  int32_t *indices;
  size_t found, capacity, k;
  float margin, threshold;
} Kept;

// The k-th smallest of `count` values (k from 1), by Hoare's selection; moves the values.
static float kth_smallest(float *values, size_t count, size_t k) {
  int64_t low = 0, high = (int64_t)count - 1, wanted = (int64_t)k - 1;
  while (low < high) {
    float pivot = values[wanted];
    int64_t i = low, j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (pivot < values[j]) j--;
      if (i > j) break;
      float swapped = values[i];
      values[i++] = values[j];
      values[j--] = swapped;
    }
    if (j < wanted) low = i;
    if (wanted < i) high = j;
  }
  return values[wanted];
}

// Throws away what cannot be among the k nearest any more. Returns whether enough room is left.
static int compact(Kept *kept) {
  if (kept->found >= kept->k) {
    float copy[LARGEST_KEPT];
    memcpy(copy, kept->scores, kept->found * sizeof *copy);
    kept->threshold = kth_smallest(copy, kept->found, kept->k) + kept->margin;
  }
  size_t left = 0;
  for (size_t i = 0; i < kept->found; i++)
    if (kept->scores[i] <= kept->threshold) {
      kept->scores[left] = kept->scores[i];
      kept->indices[left++] = kept->indices[i];
    }
  kept->found = left;
  return left <= kept->capacity / 2 || left < kept->k;
}

// Offers one tile's scores. Returns 0 where the candidates no longer fit.
INLINE int offer(Kept *kept, const float *products, const float *squares, size_t count,
                 int32_t first, int64_t own) {
  for (size_t i = 0; i < count; i += LANES) {
    size_t here = count - i < LANES ? count - i : LANES;
    float scores[LANES];
    if (here == LANES) {
      Floats sums = *(const LooseFloats *)(products + i) + *(const LooseFloats *)(squares + i);
      FloatMask near = sums <= kept->threshold;
      if (__builtin_reduce_or(near) == 0) continue;
      memcpy(scores, &sums, sizeof scores);
    } else {
      for (size_t lane = 0; lane < here; lane++) scores[lane] = products[i + lane] + squares[i + lane];
    }
    for (size_t lane = 0; lane < here; lane++) {
      int32_t index = first + (int32_t)(i + lane);
      if (!(scores[lane] <= kept->threshold) || index == own) continue;
      kept->scores[kept->found] = scores[lane];
      kept->indices[kept->found++] = index;
      if (kept->found == kept->capacity && !compact(kept)) return 0;
    }
  }
  return 1;
}

CLONES static void offer_tile(Kept *kept, size_t queries, const float *products,
                              const float *squares, size_t count, int32_t first, int64_t own,
                              int32_t *found) {
  for (size_t q = 0; q < queries; q++)
    if (found[q] == 0 && !offer(&kept[q], products + q * MIM_PRODUCT_TILE, squares, count, first,
                                own < 0 ? -1 : own + (int64_t)q))
      found[q] = -1;
}

static int product_tiles(const float *queries, size_t count, const float *reference,
                         const float *squares, size_t points, size_t dimensions, int64_t own,
                         float *scratch, Kept *kept, int32_t *found) {
  for (size_t first = 0; first < points; first += MIM_PRODUCT_TILE) {
    size_t here = points - first < MIM_PRODUCT_TILE ? points - first : MIM_PRODUCT_TILE;
    dnnl_status_t status = dnnl_sgemm(
        'N', 'T', (dnnl_dim_t)count, (dnnl_dim_t)here, (dnnl_dim_t)dimensions, -2.0f, queries,
        (dnnl_dim_t)dimensions, reference + first * dimensions, (dnnl_dim_t)dimensions, 0.0f,
        scratch, MIM_PRODUCT_TILE);
    if (status != dnnl_success) return (int)status;
    offer_tile(kept, count, scratch, squares + first, here, (int32_t)first, own, found);
  }
  return 0;
}

// oneDNN would start its own threads beside the caller's.
static int on_one_thread(int threads) {
  int (*get)(void) = (int (*)(void))dlsym(RTLD_DEFAULT, "omp_get_max_threads");
  void (*set)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  int before = get ? get() : 1;
  if (set) set(threads);
  return before;
}

int mim_product_candidates(const float *queries, size_t count, const float *reference,
                           const float *squares, size_t points, size_t dimensions, size_t k,
                           const float *margins, int64_t own, size_t capacity, float *scratch,
                           float *scores, int32_t *indices, int32_t *found) {
  Kept kept[256];
  if (count > 256 || capacity > LARGEST_KEPT || capacity <= 2 * k) return -1;
  for (size_t q = 0; q < count; q++) {
    kept[q] = (Kept){scores + q * capacity, indices + q * capacity, 0, capacity, k, margins[q],
                     INFINITY};
    found[q] = 0;
  }
  int before = on_one_thread(1);
  int status = product_tiles(queries, count, reference, squares, points, dimensions, own, scratch,
                             kept, found);
  on_one_thread(before);
  for (size_t q = 0; q < count; q++)
    if (found[q] == 0) found[q] = compact(&kept[q]) ? (int32_t)kept[q].found : -1;
  return status;
}

CLONES void mim_distances_to_rows(const double *query, const double *reference, size_t dimensions,
                                  const int32_t *rows, size_t count, double *distances) {
  for (size_t i = 0; i < count; i++) {
    const double *row = reference + (size_t)rows[i] * dimensions;
    Vector sums = {0};
    size_t j = 0;
    for (; j + WIDTH <= dimensions; j += WIDTH) {
      Vector d = LOAD(query + j) - LOAD(row + j);
      sums += d * d;
    }
    double sum = 0;
    for (int lane = 0; lane < WIDTH; lane++) sum += sums[lane];
    for (; j < dimensions; j++) sum += (query[j] - row[j]) * (query[j] - row[j]);
    distances[i] = sum;
  }
}
