#pragma once
#include <stdint.h>

// Drawing images from a PixelCNN, pixel by pixel.
//
// The network is a stack of masked 3×3 convolutions, each with batch norm folded in and a ReLU
// behind it, and 1×1 heads (van den Oord, Kalchbrenner and Kavukcuoglu 2016, arXiv:1601.06759).
// The activations at a pixel depend on pixels before it only, and never change once they are known; so each
// pixel needs one column of every layer, not a pass over the image.

// How a pixel is drawn from what the heads give.
typedef enum mim_pixel_draw {
  // Heads: a logit per image channel, held in ±11.5. 1 where u < sigmoid(logit).
  MIM_PIXEL_BERNOULLI,
  // Heads: sigmoid⁻¹ of the mean per image channel, then log scales (held in −4.5…0). The level
  // ⌊256 (mean + scale·logit(u))⌋, held in 0…255, over 255.
  MIM_PIXEL_LOGISTIC
} mim_pixel_draw;

typedef struct mim_pixelcnn {
  int64_t height, width;
  // Channels of the image, and of the first layer's whole input (image, then condition).
  int64_t image_channels, input_channels;
  // Hidden channels (a multiple of the floats in a register of the set in use), layers, heads.
  int64_t channels, layers, heads;
  mim_pixel_draw draw;
  // First layer [4 taps][input_channels][channels]: the row above from left to right, then the pixel to the left.
  // Further layers [5 taps][channels][channels] each: the same, then the pixel itself.
  const float *weights;
  // [layers][channels].
  const float *shifts;
  // [heads][channels] and [heads].
  const float *head_weights, *head_biases;
} mim_pixelcnn;

// The floats of working memory that mim_pixelcnn_sample needs.
int64_t mim_pixelcnn_workspace(const mim_pixelcnn *net, int64_t images);

// Draws `images` images, shared out to `threads` threads; the images don't depend on their number.
// Arrays are [images][channels][height][width]: condition with input_channels − image_channels
// channels, uniforms in (0, 1) and samples with image_channels, outputs (what the heads gave at
// every pixel) with heads. The first `given` pixels of each image, in row-major order, aren't drawn
// but taken from `known`, which has the samples' shape and is NULL where there are none. Workspace
// at a 64-byte boundary.
void mim_pixelcnn_sample(const mim_pixelcnn *net, int64_t images, const float *condition,
                         const float *uniforms, const float *known, int64_t given, float *samples,
                         float *outputs, float *workspace, int threads);
