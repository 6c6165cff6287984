#pragma once
#include <stddef.h>
#include <stdint.h>

// A balanced k-d tree for searches in maximum and Euclidean norm, exact in double precision: boxes
// and points are compared by the same rounded differences, which are monotone in the coordinate.

enum { MIM_LEAF_LANES = 16 };

// Node 1 is the root, node n has the children 2n and 2n + 1, the leaves are
// leaves ..< 2 * leaves. All arrays are the caller's.
typedef struct {
  size_t count, dimensions;
  size_t leaves;          // a power of two, with at most MIM_LEAF_LANES points each
  const double *packed;   // [leaves][dimensions][MIM_LEAF_LANES], INFINITY where no point is
  const double *boxes;    // [2 * leaves][2][dimensions], lower and upper bounds
  const int32_t *sizes;   // [2 * leaves], the points below a node
  const int32_t *order;   // [count], the points' rows, leaf after leaf
} mim_tree;

// The number of leaves that a tree of `count` points has.
size_t mim_tree_leaves(size_t count);

// Builds a tree over points [count][dimensions], all finite, into arrays of the sizes above.
void mim_tree_build(const double *points, size_t count, size_t dimensions, double *packed,
                    double *boxes, int32_t *sizes, int32_t *order);

// The k-th smallest distance from `query` to the points of the tree (to itself, where it is one of
// them, at 0); k is at most `count`. It is known to be at most `bound`; INFINITY where nothing is known. `smallest`
// has room for k values.
double mim_tree_kth_distance(const mim_tree *tree, const double *query, size_t k, double bound,
                             double *smallest);

// For each of `found` queries, how many of `count` ascending values lie at most its radius from it.
void mim_sorted_counts_within(const double *sorted, size_t count, const double *queries,
                              const double *radii, size_t found, int32_t *counts);

// The k nearest points of the tree as a max-heap of (distance, row) pairs, which comes with k pairs
// (INFINITY, INT32_MAX); equal distances go by row. Euclidean distances are squared. Row `own` is
// left out; -1 leaves out none.
void mim_tree_nearest(const mim_tree *tree, const double *query, int64_t own, int isEuclidean,
                      double *values, int32_t *indices, size_t k);

// How many points lie at most (or, strictly, less than) `radius` from `query`.
size_t mim_tree_count_within(const mim_tree *tree, const double *query, double radius,
                             int strictly);

// Over the points at most `radius` from `query`: the largest distance within each group of
// dimensions; group g has the dimensions first[g] ..< first[g + 1].
void mim_tree_extents(const mim_tree *tree, const double *query, double radius,
                      const size_t *first, size_t groups, double *extents);

// The largest of values[i] over the i with keys[i] <= limit; 0 if there are none.
double mim_largest_where(const double *values, const double *keys, size_t count, double limit);
