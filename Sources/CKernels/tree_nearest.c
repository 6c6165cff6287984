#include "smallest_heap.h"
#include "tree_distances.h"

// As to_nearest and leaf_distances, squared and Euclidean. Both add up alike, so that rounding never
// puts a box farther away than a point in it.
INLINE double to_nearest_squared(const double *box, const double *query, size_t dimensions) {
  double sum = 0;
  for (size_t j = 0; j < dimensions; j++) {
    double below = box[j] - query[j], above = query[j] - box[dimensions + j];
    double gap = LARGER(0, LARGER(below, above));
    sum += gap * gap;
  }
  return sum;
}

INLINE void leaf_distances_squared(const double *block, const double *query, size_t dimensions,
                                   Vector *low, Vector *high) {
  Vector left = {0}, right = {0};
  for (size_t j = 0; j < dimensions; j++) {
    Vector toLeft = LOAD(block + j * LANES) - query[j];
    Vector toRight = LOAD(block + j * LANES + WIDTH) - query[j];
    left += toLeft * toLeft;
    right += toRight * toRight;
  }
  *low = left;
  *high = right;
}

INLINE double to_box(const double *box, const double *query, size_t dimensions,
                     const int isEuclidean) {
  return isEuclidean ? to_nearest_squared(box, query, dimensions)
                     : to_nearest(box, query, dimensions);
}

typedef struct {
  size_t node, start;  // the node's first place in the order of the leaves
  double distance;
} Waiting;

INLINE void nearest_rows(const mim_tree *tree, const double *query, int64_t own,
                         const int isEuclidean, double *values, int32_t *indices, size_t k) {
  size_t dimensions = tree->dimensions, top = 0;
  Waiting waiting[STACK];
  waiting[top++] = (Waiting){1, 0, 0};
  while (top > 0) {
    Waiting here = waiting[--top];
    // At the distance of the farthest pair held there may be a smaller index.
    if (here.distance > values[0]) continue;
    while (here.node < tree->leaves) {
      const double *boxes = tree->boxes + 4 * here.node * dimensions;
      size_t left = 2 * here.node;
      Waiting children[2] = {
          {left, here.start, to_box(boxes, query, dimensions, isEuclidean)},
          {left + 1, here.start + (size_t)tree->sizes[left],
           to_box(boxes + 2 * dimensions, query, dimensions, isEuclidean)}};
      int isRight = children[1].distance < children[0].distance;
      waiting[top++] = children[!isRight];
      here = children[isRight];
    }
    const double *block = tree->packed + (here.node - tree->leaves) * dimensions * LANES;
    Vector parts[2];
    if (isEuclidean) leaf_distances_squared(block, query, dimensions, parts, parts + 1);
    else leaf_distances(block, query, 0, dimensions, parts, parts + 1);
    Mask near = (Mask)(parts[0] <= values[0]) | (Mask)(parts[1] <= values[0]);
    if (__builtin_reduce_or(near) == 0) continue;
    for (size_t lane = 0; lane < (size_t)tree->sizes[here.node]; lane++) {
      double value = ((double *)parts)[lane];
      int32_t row = tree->order[here.start + lane];
      if (row != own && is_before(value, row, values[0], indices[0]))
        replace_largest(value, row, values, indices, k);
    }
  }
}

FOR_EVERY_SET(void, mim_tree_nearest,
              (const mim_tree *tree, const double *query, int64_t own, int isEuclidean,
               double *values, int32_t *indices, size_t k),
              (tree, query, own, isEuclidean, values, indices, k)) {
  if (isEuclidean) nearest_rows(tree, query, own, 1, values, indices, k);
  else nearest_rows(tree, query, own, 0, values, indices, k);
}
