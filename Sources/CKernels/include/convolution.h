// One pass of a convolution as a oneDNN primitive, made once and run many times.
//
// Images with the channels blocked are [batch, blocks, height, width, 16]: oneDNN's nChw16c, the last
// block filled up with zeros. Weights and their gradients are plain: [out, in, height, width].
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mim_convolution mim_convolution;

/// Which of the three: y from x and the weights; dx from dy and the weights; dW and db from x and dy.
typedef enum mim_convolution_pass {
  MIM_CONVOLUTION_OUTPUT,
  MIM_CONVOLUTION_INPUT_GRADIENT,
  MIM_CONVOLUTION_WEIGHT_GRADIENT
} mim_convolution_pass;

/// What is convolved. out_channels is a multiple of 16 (the result is always blocked).
typedef struct mim_convolution_shape {
  mim_convolution_pass pass;
  int64_t batch, in_channels, in_height, in_width, out_channels, out_height, out_width;
  int64_t kernel_height, kernel_width, stride, padding;
  int32_t blocked_input;  // x (or dx) is blocked, else [batch, channels, height, width]
  int32_t winograd;       // use Winograd's algorithm where there is one
  int32_t bias;
} mim_convolution_shape;

/// Makes the primitive for as many threads as are set. Returns 0; 1 where oneDNN has no such
/// primitive; 2 without memory.
int mim_convolution_create(const mim_convolution_shape *shape, mim_convolution **result);

void mim_convolution_destroy(mim_convolution *convolution);

/// The floats of scratch memory that it needs.
int64_t mim_convolution_workspace(const mim_convolution *convolution);

/// The name of oneDNN's implementation, for tests and for the curious.
const char *mim_convolution_implementation(const mim_convolution *convolution);

/// Fixes where its arrays lie: the images of the input's size and of the output's, and the workspace.
/// Returns 0 if oneDNN agrees.
int mim_convolution_bind(mim_convolution *convolution, float *x, float *y, float *workspace);

/// Where in the workspace the plain weights [out, in, height, width] (then the bias [out]) belong
/// before a run, or are found after one of MIM_CONVOLUTION_WEIGHT_GRADIENT.
int64_t mim_convolution_weights_offset(const mim_convolution *convolution);
int64_t mim_convolution_bias_offset(const mim_convolution *convolution);

/// Runs it. Returns 0 if oneDNN agrees.
int mim_convolution_run(const mim_convolution *convolution);

#ifdef __cplusplus
}
#endif
