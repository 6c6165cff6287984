#include "repulsion.h"

#include "wide_doubles.h"

CLONES void mim_student_repulsion(double x, double y, const double *xs, const double *ys,
                                  size_t count, double sums[3]) {
  Vector normaliser = {0}, forceX = {0}, forceY = {0};
  size_t j = 0;
  for (; j + WIDTH <= count; j += WIDTH) {
    Vector dx = x - LOAD(xs + j), dy = y - LOAD(ys + j);
    Vector w = 1.0 / (1.0 + dx * dx + dy * dy);
    normaliser += w;
    forceX += w * w * dx;
    forceY += w * w * dy;
  }
  sums[0] = sums[1] = sums[2] = 0;
  for (int lane = 0; lane < WIDTH; lane++) {
    sums[0] += normaliser[lane];
    sums[1] += forceX[lane];
    sums[2] += forceY[lane];
  }
  for (; j < count; j++) {
    double dx = x - xs[j], dy = y - ys[j], w = 1.0 / (1.0 + dx * dx + dy * dy);
    sums[0] += w;
    sums[1] += w * w * dx;
    sums[2] += w * w * dy;
  }
}
