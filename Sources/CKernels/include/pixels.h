#pragma once
#include <stddef.h>
#include <stdint.h>

// What is done to a data set's images on their way to a model, in single precision.

// values[i] = (bytes[i] + noise[i]) / 256 within 0.001 and 0.999.
void mim_dequantise(const uint8_t *bytes, const float *noise, size_t count, float *values);

// result[row][k] = components[k] · (items[row] − mean) for row-major items [rows, width] and components
// [outputs, width]. `centred` is scratch memory for `width` numbers. A row's result depends on that row only.
void mim_project(const float *items, size_t rows, size_t width, const float *mean,
                 const float *components, size_t outputs, float *centred, float *result);
