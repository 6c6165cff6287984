#pragma once
#include <stddef.h>

// A field of point charges on a regular grid in one or two dimensions, by B-splines of order
// MIM_SPLINE (degree 5), as smooth particle-mesh Ewald does (Essmann et al. 1995).
//
// Point i lies at points[i * dimensions]; in units of the grid its coordinate j is
// (point - origin[j]) * scale, at least 0, and it touches MIM_SPLINE nodes from its integer part
// on. Coordinate 0 runs along a row of the grid. A row has `stride` floats, at least two more
// than the nodes that points touch.

enum { MIM_SPLINE = 6, MIM_COLUMNS = 8 };

// Adds a unit charge for each point, in their order.
void mim_spread_charges(const double *points, size_t count, size_t dimensions,
                        const double *origin, double scale, float *grid, size_t stride);

// values[i] is the field at point i, slopes[i * dimensions + j] its derivative by coordinate j.
void mim_interpolate_field(const double *points, size_t count, size_t dimensions,
                           const double *origin, double scale, const float *grid, size_t stride,
                           double *values, double *slopes);

// Complex columns of a spectrum, up to MIM_COLUMNS side by side: block[row][column]. A row of
// the spectrum has `stride` complex numbers; rows from `rows` up to `length` become zero.
void mim_gather_columns(const float *spectrum, size_t stride, size_t rows, size_t columns,
                        float *block, size_t length);

// Writes the first `rows` rows of a block back.
void mim_scatter_columns(const float *block, size_t columns, size_t rows, float *spectrum,
                         size_t stride);

// Multiplies `count` complex numbers by real factors.
void mim_scale_complex(float *numbers, const float *factors, size_t count);
