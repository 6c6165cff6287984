#include "neighborhoods.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "tree_distances.h"

#define SMALLER(a, b) ((a) < (b) ? (a) : (b))

// ---- Building

size_t mim_tree_leaves(size_t count) {
  size_t leaves = 1;
  while (leaves * LANES < count) leaves *= 2;
  return leaves;
}

// Reorders rows so that those before `middle` have no larger coordinate than those from it on
// (Hoare's selection; equal keys are shared out, so duplicates don't make it slow).
static void split_at(const double *points, size_t dimensions, size_t axis, int32_t *rows,
                     size_t count, size_t middle) {
  ptrdiff_t low = 0, high = (ptrdiff_t)count - 1;
  while (low < high) {
    double a = points[(size_t)rows[low] * dimensions + axis];
    double b = points[(size_t)rows[low + (high - low) / 2] * dimensions + axis];
    double c = points[(size_t)rows[high] * dimensions + axis];
    double pivot = a < b ? (b < c ? b : LARGER(a, c)) : (a < c ? a : LARGER(b, c));
    ptrdiff_t i = low, j = high;
    while (i <= j) {
      while (points[(size_t)rows[i] * dimensions + axis] < pivot) i++;
      while (points[(size_t)rows[j] * dimensions + axis] > pivot) j--;
      if (i > j) break;
      int32_t swapped = rows[i];
      rows[i++] = rows[j];
      rows[j--] = swapped;
    }
    if ((ptrdiff_t)middle <= j) high = j;
    else if ((ptrdiff_t)middle >= i) low = i;
    else return;
  }
}

static size_t bound(const double *points, size_t dimensions, const int32_t *rows, size_t count,
                    double *box) {
  size_t widest = 0;
  for (size_t j = 0; j < dimensions; j++) {
    double lower = INFINITY, upper = -INFINITY;
    for (size_t i = 0; i < count; i++) {
      double value = points[(size_t)rows[i] * dimensions + j];
      lower = SMALLER(lower, value);
      upper = LARGER(upper, value);
    }
    box[j] = lower;
    box[dimensions + j] = upper;
    if (upper - lower > box[dimensions + widest] - box[widest]) widest = j;
  }
  return widest;
}

static void pack(const double *points, size_t dimensions, const int32_t *rows, size_t count,
                 double *block) {
  for (size_t j = 0; j < dimensions; j++)
    for (size_t lane = 0; lane < LANES; lane++)
      block[j * LANES + lane] =
          lane < count ? points[(size_t)rows[lane] * dimensions + j] : INFINITY;
}

static void build(const double *points, size_t dimensions, size_t node, size_t leaves,
                  double *packed, double *boxes, int32_t *sizes, int32_t *rows, size_t count) {
  sizes[node] = (int32_t)count;
  size_t widest = bound(points, dimensions, rows, count, boxes + node * 2 * dimensions);
  if (node >= leaves) {
    pack(points, dimensions, rows, count, packed + (node - leaves) * dimensions * LANES);
    return;
  }
  size_t half = count / 2;
  split_at(points, dimensions, widest, rows, count, half);
  build(points, dimensions, 2 * node, leaves, packed, boxes, sizes, rows, half);
  build(points, dimensions, 2 * node + 1, leaves, packed, boxes, sizes, rows + half, count - half);
}

void mim_tree_build(const double *points, size_t count, size_t dimensions, double *packed,
                    double *boxes, int32_t *sizes, int32_t *order) {
  for (size_t i = 0; i < count; i++) order[i] = (int32_t)i;
  build(points, dimensions, 1, mim_tree_leaves(count), packed, boxes, sizes, order, count);
}

// ---- Searching

// The distance from the query to the farthest place of the box.
INLINE double to_farthest(const double *box, const double *query, size_t dimensions) {
  double farthest = 0;
  for (size_t j = 0; j < dimensions; j++) {
    double below = query[j] - box[j], above = box[dimensions + j] - query[j];
    farthest = LARGER(farthest, LARGER(below, above));
  }
  return farthest;
}

typedef bool Lanes __attribute__((ext_vector_type(WIDTH)));

// One bit a lane.
#define BITS(mask) ((uint32_t)__builtin_bit_cast(uint8_t, __builtin_convertvector(mask, Lanes)))

// Keeps the k smallest values in order, the largest last.
INLINE void insert(double value, double *smallest, size_t k) {
  size_t place = k - 1;
  for (; place > 0 && smallest[place - 1] > value; place--) smallest[place] = smallest[place - 1];
  smallest[place] = value;
}

FOR_EVERY_SET(double, mim_tree_kth_distance,
              (const mim_tree *tree, const double *query, size_t k, double bound, double *smallest),
              (tree, query, k, bound, smallest)) {
  size_t dimensions = tree->dimensions, waiting[STACK], top = 0;
  double nearest[STACK];
  for (size_t i = 0; i < k; i++) smallest[i] = bound;
  waiting[top] = 1;
  nearest[top++] = 0;
  while (top > 0) {
    size_t node = waiting[--top];
    if (nearest[top] >= smallest[k - 1]) continue;
    while (node < tree->leaves) {
      const double *boxes = tree->boxes + 4 * node * dimensions;
      double left = to_nearest(boxes, query, dimensions);
      double right = to_nearest(boxes + 2 * dimensions, query, dimensions);
      size_t isRight = right < left;
      waiting[top] = 2 * node + !isRight;
      nearest[top++] = isRight ? left : right;
      node = 2 * node + isRight;
    }
    Vector parts[2];
    leaf_distances(tree->packed + (node - tree->leaves) * dimensions * LANES, query, 0, dimensions,
                   parts, parts + 1);
    for (uint32_t near = BITS((Mask)(parts[0] < smallest[k - 1])) |
                         BITS((Mask)(parts[1] < smallest[k - 1])) << WIDTH;
         near != 0; near &= near - 1) {
      double value = ((double *)parts)[__builtin_ctz(near)];
      if (value < smallest[k - 1]) insert(value, smallest, k);
    }
  }
  return smallest[k - 1];
}

enum { SEARCHES = 8 };

// Halving by the same steps for all queries of a group: their loads don't wait for each other, and no branch depends on
// what is found.
INLINE void sorted_counts(const double *sorted, size_t count, const double *queries,
                          const double *radii, size_t found, int32_t *counts) {
  double query[SEARCHES] = {0}, radius[SEARCHES] = {0};
  int64_t below[SEARCHES] = {0}, within[SEARCHES] = {0};
  for (size_t q = 0; q < found; q++) {
    query[q] = queries[q];
    radius[q] = radii[q];
  }
  for (size_t length = count; length > 0;) {
    const size_t half = length - length / 2;
    const double *middle = sorted + half - 1;
#pragma clang loop unroll(full)
    for (int q = 0; q < SEARCHES; q++) {
      below[q] += query[q] - middle[below[q]] > radius[q] ? (int64_t)half : 0;
      within[q] += middle[within[q]] - query[q] <= radius[q] ? (int64_t)half : 0;
    }
    length -= half;
  }
  for (size_t q = 0; q < found; q++)
    counts[q] = within[q] > below[q] ? (int32_t)(within[q] - below[q]) : 0;
}

FOR_EVERY_SET(void, mim_sorted_counts_within,
              (const double *sorted, size_t count, const double *queries, const double *radii,
               size_t found, int32_t *counts),
              (sorted, count, queries, radii, found, counts)) {
  for (size_t first = 0; first < found; first += SEARCHES)
    sorted_counts(sorted, count, queries + first, radii + first,
                  SMALLER(found - first, SEARCHES), counts + first);
}

INLINE size_t count_within(const mim_tree *tree, const double *query, double radius,
                           int strictly) {
#define WITHIN(distance) (strictly ? (distance) < radius : (distance) <= radius)
  size_t dimensions = tree->dimensions, waiting[STACK], top = 0, total = 0;
  Mask found = {0};
  waiting[top++] = 1;
  while (top > 0) {
    size_t node = waiting[--top];
    const double *box = tree->boxes + 2 * node * dimensions;
    if (!WITHIN(to_nearest(box, query, dimensions))) continue;
    if (WITHIN(to_farthest(box, query, dimensions))) {
      total += (size_t)tree->sizes[node];
      continue;
    }
    if (node < tree->leaves) {
      waiting[top++] = 2 * node;
      waiting[top++] = 2 * node + 1;
      continue;
    }
    Vector low, high;
    leaf_distances(tree->packed + (node - tree->leaves) * dimensions * LANES, query, 0, dimensions,
                   &low, &high);
    found -= (Mask)WITHIN(low) + (Mask)WITHIN(high);
  }
#undef WITHIN
  return total + (size_t)__builtin_reduce_add(found);
}

FOR_EVERY_SET(size_t, mim_tree_count_within,
              (const mim_tree *tree, const double *query, double radius, int strictly),
              (tree, query, radius, strictly)) {
  return strictly ? count_within(tree, query, radius, 1) : count_within(tree, query, radius, 0);
}

FOR_EVERY_SET(void, mim_tree_extents,
              (const mim_tree *tree, const double *query, double radius, const size_t *first,
               size_t groups, double *extents), (tree, query, radius, first, groups, extents)) {
  size_t dimensions = tree->dimensions, waiting[STACK], top = 0;
  for (size_t g = 0; g < groups; g++) extents[g] = 0;
  waiting[top++] = 1;
  while (top > 0) {
    size_t node = waiting[--top];
    if (to_nearest(tree->boxes + 2 * node * dimensions, query, dimensions) > radius) continue;
    if (node < tree->leaves) {
      waiting[top++] = 2 * node;
      waiting[top++] = 2 * node + 1;
      continue;
    }
    const double *block = tree->packed + (node - tree->leaves) * dimensions * LANES;
    Vector low, high;
    leaf_distances(block, query, 0, dimensions, &low, &high);
    Mask inLow = low <= radius, inHigh = high <= radius;
    if (__builtin_reduce_or(inLow | inHigh) == 0) continue;
    for (size_t g = 0; g < groups; g++) {
      leaf_distances(block, query, first[g], first[g + 1], &low, &high);
      Vector within = LARGER(inLow ? low : (Vector){0}, inHigh ? high : (Vector){0});
      extents[g] = LARGER(extents[g], __builtin_reduce_max(within));
    }
  }
}

FOR_EVERY_SET(double, mim_largest_where,
              (const double *values, const double *keys, size_t count, double limit),
              (values, keys, count, limit)) {
  Vector largest = {0};
  size_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH) {
    Mask within = LOAD(keys + i) <= limit;
    largest = LARGER(largest, within ? LOAD(values + i) : (Vector){0});
  }
  double result = __builtin_reduce_max(largest);
  for (; i < count; i++)
    if (keys[i] <= limit) result = LARGER(result, values[i]);
  return result;
}
