// Convolutions by plain sums of products, for every shape and instruction set.
//
// Images with the channels blocked are [batch, blocks, height, width, lanes], as many lanes as a register of the
// instruction set has floats, zeros behind the last channel. The tables of a pass are made once, with its plan.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Which of the three: y from x and the weights; dx from dy and the weights; dW from x and dy.
typedef enum mim_convolution_pass {
  MIM_CONVOLUTION_OUTPUT,
  MIM_CONVOLUTION_INPUT_GRADIENT,
  MIM_CONVOLUTION_WEIGHT_GRADIENT
} mim_convolution_pass;

/// What is convolved, and how it is stored.
typedef struct mim_convolution_shape {
  mim_convolution_pass pass;
  int64_t in_channels, in_height, in_width;
  int64_t out_blocks, out_height, out_width;
  int64_t kernel_height, kernel_width, stride, padding;
  /// Floats of a register; 1 for an x that is stored plainly, [batch, channels, height, width].
  int64_t lanes, in_lanes;
  /// Whether y is h·sigmoid(g), h the first half of the blocks.
  int64_t is_gated;
} mim_convolution_shape;

/// Results of an image that read the same places of the kernel: all of them, or, for the input's gradient
/// with a stride, those whose row and column leave the same rest.
typedef struct mim_direct_phase {
  int64_t pixels;
  /// How many stretches of consecutive floats of the padded source a result reads, and how long each is.
  int64_t runs, depth;
  /// [runs]: where each starts, seen from the result's own place in the padded source.
  int64_t *run;
  /// [pixels]: that place, and the result's place in its block.
  int64_t *from, *to;
  /// [runs]: the kernel's row and the first channel of a run; the kernel's column of its first float, and how
  /// far on the next is, `unit` floats later.
  int64_t *row, *channel;
  int64_t column, column_step;
  /// Where the phase's weights start among the packed ones.
  int64_t weights;
} mim_direct_phase;

/// A pass with its tables.
typedef struct mim_direct {
  mim_convolution_shape shape;
  /// What is read: blocks (or plain channels) of `unit` floats a pixel, and the zeros around.
  int64_t source_blocks, source_height, source_width, unit;
  int64_t zeros_before, padded_height, padded_width;
  /// What is made: blocks, and the pixels of one.
  int64_t target_blocks, target_pixels;
  /// Floats of packed weights (of gradients, for a weight gradient), and of a padded image (0: none is needed).
  int64_t packed_count, padded_count;
  int64_t phase_count;
  mim_direct_phase *phases;
} mim_direct;

/// Makes the tables. Returns NULL without memory. Precondition: extents are positive, the kernel fits the padded image.
mim_direct *mim_direct_create(const mim_convolution_shape *shape);

void mim_direct_destroy(mim_direct *pass);

#ifdef __cplusplus
}
#endif
