#include "candidates.h"

#include "wide_doubles.h"

#include <math.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

enum {
  LANES = 16,
  POINTS = MIM_CANDIDATE_POINTS,
  GROUP = 6,  // queries whose sums are in registers together
  LARGEST_KEPT = 4096
};

typedef float Floats __attribute__((ext_vector_type(16)));
typedef float LooseFloats __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t FloatMask __attribute__((ext_vector_type(16)));

typedef struct {
  float *scores;
  int32_t *indices;
  size_t found, capacity, k;
  float margin, threshold;
  int64_t own;
  int isFull;
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

// Offers the scores of `count` places, the first of which is point `first`.
static void offer(Kept *kept, const float *scores, size_t first, size_t count, size_t points) {
  for (size_t place = 0; place < count && first + place < points && !kept->isFull; place++) {
    int64_t index = (int64_t)(first + place);
    if (!(scores[place] <= kept->threshold) || index == kept->own) continue;
    kept->scores[kept->found] = scores[place];
    kept->indices[kept->found++] = (int32_t)index;
    if (kept->found == kept->capacity && !compact(kept)) {
      kept->isFull = 1;
      kept->threshold = -INFINITY;
    }
  }
}

// One group of queries by `vectors` * LANES points from `first` on. `group` has coordinate j of
// -2 times query q at [j * GROUP + q]; point coordinates are POINTS apart.
INLINE void meet(Kept *kept, const float *group, const float *coordinates, const float *squares,
                 size_t dimensions, size_t first, size_t points, const size_t vectors) {
  Floats sums[GROUP][4] = {{{0}}};
  for (size_t j = 0; j < dimensions; j++, coordinates += POINTS, group += GROUP) {
    Floats at[4];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) at[v] = *(const LooseFloats *)(coordinates + v * LANES);
#pragma clang loop unroll(full)
    for (size_t q = 0; q < GROUP; q++)
#pragma clang loop unroll(full)
      for (size_t v = 0; v < vectors; v++) sums[q][v] += group[q] * at[v];
  }
#pragma clang loop unroll(full)
  for (size_t q = 0; q < GROUP; q++) {
    FloatMask near = {0};
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
      sums[q][v] += *(const LooseFloats *)(squares + v * LANES);
      near |= sums[q][v] <= kept[q].threshold;
    }
    if (__builtin_reduce_or(near) == 0) continue;
    float scores[POINTS];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) *(LooseFloats *)(scores + v * LANES) = sums[q][v];
    offer(&kept[q], scores, first, vectors * LANES, points);
  }
}

// All groups by all blocks: a block of points stays in the first-level cache, the groups in the
// second-level one.
INLINE void meet_all(Kept *kept, size_t count, const float *groups, const float *packed,
                     const float *squares, size_t points, size_t dimensions,
                     const size_t vectors) {
  for (size_t first = 0; first < points; first += POINTS) {
    const float *block = packed + first * dimensions;
    for (size_t part = 0; part < POINTS; part += vectors * LANES)
      for (size_t q = 0; q < count; q += GROUP)
        meet(kept + q, groups + q * dimensions, block + part, squares + first + part, dimensions,
             first + part, points, vectors);
  }
}

// As many sums as a processor has registers for: 24 of sixteen, else 12 of eight.
FOR_EVERY_SET(void, mim_candidates_meet,
              (Kept *kept, size_t count, const float *groups, const float *packed,
               const float *squares, size_t points, size_t dimensions),
              (kept, count, groups, packed, squares, points, dimensions)) {
  if (set == MIM_AVX512)
    meet_all(kept, count, groups, packed, squares, points, dimensions, 4);
  else
    meet_all(kept, count, groups, packed, squares, points, dimensions, 1);
}

// Queries in groups; places without a query are zero.
static void pack_groups(const float *queries, size_t count, size_t dimensions, float *groups) {
  for (size_t first = 0; first < count; first += GROUP)
    for (size_t j = 0; j < dimensions; j++)
      for (size_t q = first; q < first + GROUP; q++)
        *groups++ = q < count ? -2.0f * queries[q * dimensions + j] : 0;
}

int mim_product_candidates(const float *queries, size_t count, const float *packed,
                           const float *squares, size_t points, size_t dimensions, size_t k,
                           const float *margins, int64_t own, size_t capacity, float *scratch,
                           float *scores, int32_t *indices, int32_t *found) {
  Kept kept[MIM_CANDIDATE_QUERIES];
  if (count > MIM_CANDIDATE_QUERIES || capacity > LARGEST_KEPT || capacity <= 2 * k) return -1;
  for (size_t q = 0; q < MIM_CANDIDATE_QUERIES; q++)
    kept[q] = q < count ? (Kept){scores + q * capacity,
                                 indices + q * capacity,
                                 .capacity = capacity,
                                 .k = k,
                                 .margin = margins[q],
                                 .threshold = INFINITY,
                                 .own = own < 0 ? -1 : own + (int64_t)q}
                        : (Kept){.threshold = -INFINITY};
  pack_groups(queries, count, dimensions, scratch);
  mim_candidates_meet(kept, count, scratch, packed, squares, points, dimensions);
  for (size_t q = 0; q < count; q++)
    found[q] = !kept[q].isFull && compact(&kept[q]) ? (int32_t)kept[q].found : -1;
  return 0;
}

FOR_EVERY_SET(void, mim_candidates_pack,
              (const double *rows, size_t first, size_t end, size_t dimensions, const double *mean,
               double scale, float *packed, float *squares, double *lengths),
              (rows, first, end, dimensions, mean, scale, packed, squares, lengths)) {
  for (size_t begin = first; begin < end; begin += POINTS) {
    float *block = packed + begin * dimensions;
    size_t here = end - begin < POINTS ? end - begin : POINTS;
    double sums[POINTS] = {0};
    for (size_t j = 0; j < dimensions; j++)
      for (size_t place = 0; place < POINTS; place++) {
        float value = place < here
                          ? (float)((rows[(begin + place) * dimensions + j] - mean[j]) * scale)
                          : 0;
        block[j * POINTS + place] = value;
        sums[place] += (double)value * (double)value;
      }
    for (size_t place = 0; place < POINTS; place++) {
      squares[begin + place] = place < here ? (float)sums[place] : INFINITY;
      if (place < here) lengths[begin + place] = sqrt(sums[place]);
    }
  }
}

FOR_EVERY_SET(double, mim_largest_deviation,
              (const double *rows, size_t count, size_t dimensions, const double *mean),
              (rows, count, dimensions, mean)) {
  double largest = 0;
  for (size_t j = 0; j < dimensions; j += WIDTH) {
    size_t width = dimensions - j < WIDTH ? dimensions - j : WIDTH;
    Vector found = {0};
    for (size_t i = 0; i < count; i++) {
      const double *row = rows + i * dimensions + j;
      if (width == WIDTH) {
        Vector deviation = __builtin_elementwise_abs(LOAD(row) - LOAD(mean + j));
        found = deviation > found ? deviation : found;
      } else {
        for (size_t lane = 0; lane < width; lane++) largest = fmax(largest, fabs(row[lane] - mean[j + lane]));
      }
    }
    largest = fmax(largest, __builtin_reduce_max(found));
  }
  return largest;
}

FOR_EVERY_SET(void, mim_distances_to_rows,
              (const double *query, const double *reference, size_t dimensions, const int32_t *rows,
               size_t count, double *distances),
              (query, reference, dimensions, rows, count, distances)) {
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
