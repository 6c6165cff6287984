#pragma once
#include <stddef.h>

// The repulsion of t-SNE on a point by `count` reference points in 1 to 3 dimensions, coordinate
// j of point i at reference[j * count + i]; with b = 1 + |d|² / freedom for the difference d and
// the similarity w = b^(-freedom), sums[0] is the sum of w and sums[1 + j] that of w·d[j]/b.
void mim_student_repulsion(const double *point, const double *reference, size_t count,
                           size_t dimensions, double freedom, double *sums);
