#pragma once
#include <stdint.h>

// One layer at one pixel of several images: relu(shifts + Σ_tap Σ_channel weights · input).
// Image n's input at a tap is input[n * input_stride + offsets[tap]].
typedef struct pixel_column {
  int64_t taps, inputs, outputs;
  const float *input;
  int64_t input_stride;
  const int64_t *offsets;
  const float *weights, *shifts;
  float *output;
  int64_t output_stride;
} pixel_column;

void mim_pixelcnn_column_baseline(const pixel_column *column, int64_t images);
#if defined(__x86_64__)
void mim_pixelcnn_column_avx2(const pixel_column *column, int64_t images);
void mim_pixelcnn_column_avx512(const pixel_column *column, int64_t images);
#endif
