#pragma once
#include <stddef.h>

// The repulsion of t-SNE on the point (x, y) by all points (xs[j], ys[j]), itself included (it
// adds 1 to the normaliser and no force): with w = 1 / (1 + |difference|²), sums[0] is the sum of
// w, sums[1] and sums[2] are the sums of w²·(x - xs[j]) and w²·(y - ys[j]).
void mim_student_repulsion(double x, double y, const double *xs, const double *ys, size_t count,
                           double sums[3]);
