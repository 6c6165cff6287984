// What kernels work on, one struct for each kind of call. Arrays start at 64-byte boundaries and own the memory
// up to the next multiple of 16 floats, so that element-wise loops need no tails.
#pragma once
#include "direct_convolution.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A number of things: Int in Swift.
typedef ptrdiff_t mim_int;

// ---- elementwise.h

/// y = f(x). What first and second are says the function: hardtanh's bounds; scaled is first·x + second.
typedef struct mim_unary {
  const float *x;
  float *y;
  mim_int count;
  float first, second;
} mim_unary;

/// outer·f′(x) with first and second as in mim_unary; x is the function's output where f′ is cheapest from there.
typedef struct mim_unary_gradient {
  const float *x, *outer;
  float *result;
  mim_int count;
  float first, second;
} mim_unary_gradient;

// ---- broadcast.h

/// Four nested loops over a dense result, the innermost last. A stride of 0 repeats.
typedef struct mim_binary {
  const float *a, *b;
  float *result;
  mim_int extent[4], a_stride[4], b_stride[4];
} mim_binary;

typedef struct mim_broadcast {
  const float *a;
  float *result;
  mim_int extent[4], a_stride[4];
} mim_broadcast;

// ---- reductions.h

/// Over the middle of x [outer, extent, inner].
typedef struct mim_reduction {
  const float *x;
  float *y;
  mim_int outer, extent, inner;
} mim_reduction;

typedef struct mim_check {
  const float *x;
  /// Set to 1, never cleared.
  float *flag;
  mim_int count;
} mim_check;

// ---- arrangement.h

typedef struct mim_fill {
  float *target;
  mim_int count;
  float value;
} mim_fill;

/// Blocks of `length` floats, each some stride behind the one before.
typedef struct mim_copy {
  const float *source;
  float *target;
  mim_int blocks, length, source_stride, source_offset, target_stride, target_offset;
} mim_copy;

typedef struct mim_transpose {
  const float *x;
  float *y;
  mim_int matrices, rows, columns;
} mim_transpose;

/// Rows of `length` floats of a table.
typedef struct mim_gather {
  const float *table, *indices;
  float *result;
  mim_int rows, length, count;
} mim_gather;

typedef struct mim_scatter {
  const float *source, *indices;
  float *table;
  mim_int rows, length, count;
} mim_scatter;

// ---- noise.h

/// `runs` runs of `count` numbers, the first from element `first` of the whole array on, the others `stride`
/// elements further each; kernels without _PARTS draw one run from element 0 on.
typedef struct mim_noise {
  float *result;
  const uint64_t *step;
  mim_int count;
  uint32_t key0, key1;
  /// Row numbers are below it.
  mim_int bound;
  mim_int first, stride, runs;
} mim_noise;

typedef struct mim_bernoulli_sample {
  const float *logits;
  float *result;
  const uint64_t *step;
  mim_int count;
  uint32_t key0, key1;
} mim_bernoulli_sample;

// ---- products.h, masked_products.h, columns.h, columns_weights.h

/// C [rows, columns] = op(A)·op(B), or C += it. Strides are those from row to row as they are stored.
typedef struct mim_matmul {
  const float *a, *b;
  float *c;
  bool transposes_a, transposes_b, accumulates;
  mim_int rows, columns, depth, a_stride, b_stride, c_stride;
} mim_matmul;

typedef enum mim_activation {
  MIM_NO_ACTIVATION,
  MIM_ACTIVATION_TANH,
  MIM_ACTIVATION_RELU,
  MIM_ACTIVATION_SIGMOID
} mim_activation;

/// y = activation(W·x + b), W [outputs, inputs].
typedef struct mim_affine {
  const float *x, *weights, *bias;
  float *y;
  mim_int batch, inputs, outputs;
  mim_activation activation;
} mim_affine;

/// Neighbouring blocks of a panel of a mask, none of them empty, and none or each of them with zeros.
typedef struct mim_block_run {
  mim_int first, count;
  bool masked;
} mim_block_run;

/// What a panel of a product with W ⊙ M reads and writes, W and M [outputs, inputs]: `count` rows of them from `first` on, for the input's
/// gradient columns, and its runs along the other side. `scratch` has room for the panel's longest masked run.
typedef struct mim_masked_product {
  const float *x, *weights, *mask, *bias, *dy;
  float *result, *scratch;
  mim_int batch, inputs, outputs, first, count;
  const mim_block_run *runs;
  mim_int run_count;
} mim_masked_product;

enum { MIM_HEADS = 4 };

/// dx = Σ over heads Wᵀ·dy, times the derivative of the activation that made x; x is NULL where there is none.
typedef struct mim_input_gradient {
  float *dx;
  const float *x;
  mim_int batch, inputs, heads;
  mim_activation activation;
  struct mim_input_gradient_head {
    const float *dy, *weights;
    mim_int outputs;
  } head[MIM_HEADS];
} mim_input_gradient;

/// dW = dy·xᵀ and db = the row sums of dy, for heads that share x. NULL results aren't wanted.
typedef struct mim_weight_gradient {
  const float *x;
  mim_int batch, inputs, heads;
  struct mim_weight_gradient_head {
    const float *dy;
    float *dw, *db;
    mim_int outputs;
  } head[MIM_HEADS];
} mim_weight_gradient;

// ---- densities.h: matrices are [batch, features] for _ROWS, [features, batch] for _COLUMNS kernels; NULL gradients
// aren't wanted

typedef struct mim_gaussian {
  const float *x, *mean, *log_scale, *exponential;
  float *y;
  mim_int batch, features;
  float floor;
} mim_gaussian;

typedef struct mim_gaussian_gradient {
  const float *x, *mean, *exponential, *outer;
  float *to_x, *to_mean, *to_log_scale;
  mim_int batch, features;
  float floor;
} mim_gaussian_gradient;

typedef struct mim_standard_normal {
  const float *x;
  float *y;
  mim_int batch, features;
  float scale;
} mim_standard_normal;

typedef struct mim_gaussian_sample {
  const float *mean, *exponential, *noise;
  float *result;
  mim_int count;
  float floor;
} mim_gaussian_sample;

typedef struct mim_gaussian_sample_gradient {
  const float *exponential, *noise, *outer;
  float *to_log_scale, *to_noise;
  mim_int count;
  float floor;
} mim_gaussian_sample_gradient;

typedef struct mim_bernoulli {
  const float *x, *logits;
  float *y;
  mim_int batch, features;
} mim_bernoulli;

typedef struct mim_bernoulli_gradient {
  const float *x, *logits, *outer;
  float *to_x, *to_logits;
  mim_int batch, features;
} mim_bernoulli_gradient;

// ---- mixture.h: width is the number of components up to whole registers of 16

typedef struct mim_mixture_tables {
  const float *mean, *log_scale, *exponential;
  float *tables;
  mim_int components, features, width;
  float floor;
} mim_mixture_tables;

typedef struct mim_mixture {
  const float *x, *tables;
  /// log N of each component [items, width], and the result [items].
  float *densities, *y;
  mim_int items, features, width, components;
} mim_mixture;

typedef struct mim_mixture_gradient {
  const float *x, *tables, *densities, *y, *outer, *exponential;
  /// Scratch [2·features + 1, width], then the gradients (NULL: not wanted).
  float *scratch, *to_x, *to_mean, *to_log_scale;
  mim_int items, features, width, components;
} mim_mixture_gradient;

// ---- images.h

/// Part of the channels of images, between plain storage and whole blocks.
typedef struct mim_conversion {
  const float *x;
  float *y;
  mim_int batch, channels, pixels, x_stride, y_stride;
} mim_conversion;

typedef struct mim_gate {
  const float *h, *g;
  float *y;
  mim_int lines, length, h_stride, g_stride, y_stride;
} mim_gate;

typedef struct mim_gate_gradient {
  const float *h, *g, *outer;
  float *to_h, *to_g;
  mim_int lines, length, h_stride, g_stride, outer_stride, to_h_stride, to_g_stride;
} mim_gate_gradient;

typedef struct mim_mask {
  const float *weights;
  float *result;
  mim_int kernels, height, width;
  bool keeps_middle;
} mim_mask;

// ---- narrow_gradient.h

/// dy [images, blocks, y_height, y_width, lanes], W [outputs, channels, kernel_height, kernel_width], dx [images, channels,
/// height, width]. The scratch of a thread, scratch_count floats, holds a strip and one padded image with rows of `line`.
typedef struct mim_narrow_input_gradient {
  const float *dy, *weights;
  float *dx, *scratch;
  mim_int images, outputs, y_height, y_width, channels, height, width;
  mim_int kernel_height, kernel_width, padding, line, scratch_count;
} mim_narrow_input_gradient;

// ---- direct_convolution.h

/// The steps are those between the weights of neighbouring channels of the target and of the source.
typedef struct mim_direct_weights {
  const mim_direct *pass;
  const float *weights;
  float *packed;
  mim_int target_step, source_step, source_channels, target_channels;
} mim_direct_weights;

typedef struct mim_direct_convolution {
  const mim_direct *pass;
  /// No bias where it is NULL.
  const float *source, *weights, *bias;
  /// Scratch for a padded image of each thread.
  float *target, *scratch;
  mim_int images;
} mim_direct_convolution;

typedef struct mim_direct_weight_gradient {
  const mim_direct *pass;
  const float *x, *dy;
  /// The sums of dy [out], and scratch as above.
  float *packed, *sums, *scratch;
  mim_int images;
} mim_direct_weight_gradient;

/// The steps are those between the parts' packed gradients and sums.
typedef struct mim_direct_weight_gradient_result {
  const mim_direct *pass;
  const float *packed, *sums;
  float *dw, *db;
  mim_int parts, packed_step, sum_step, channels;
} mim_direct_weight_gradient_result;

// ---- winograd.h

/// The steps are those between the weights of neighbouring ins and outs.
typedef struct mim_winograd_weights {
  const float *weights;
  float *points;
  mim_int inputs, outputs, input_step, output_step;
  /// Whether the kernel is turned around, for the input's gradient.
  bool is_turned;
  /// The pairs h, g that are gated; 0 for none.
  mim_int gated_pairs;
  /// 3 or 5.
  mim_int taps;
} mim_winograd_weights;

/// What parts of a Winograd pass have in common; y is what the tiles are counted over.
typedef struct mim_winograd_extents {
  mim_int images, x_blocks, x_height, x_width, y_blocks, y_height, y_width, padding;
  /// Tiles at a time, a multiple of 12.
  mim_int tiles;
  mim_int taps;
  /// The floats of a thread's scratch: (tiles·(in + chunk) + 32)·points.
  mim_int scratch_count;
} mim_winograd_extents;

typedef struct mim_winograd_convolution {
  /// No bias where it is NULL.
  const float *x, *points, *bias;
  float *y, *scratch;
  mim_winograd_extents extents;
  /// Whether y is h·sigmoid(g).
  bool is_gated;
} mim_winograd_convolution;

typedef struct mim_winograd_weight_gradient {
  const float *x, *dy;
  float *points, *sums, *scratch;
  mim_winograd_extents extents;
} mim_winograd_weight_gradient;

/// The steps are those between the parts' gradients and sums.
typedef struct mim_winograd_weight_gradient_result {
  const float *points, *sums;
  float *dw, *db;
  mim_int parts, inputs, outputs, point_step, sum_step, taps;
} mim_winograd_weight_gradient_result;

// ---- normalization.h

/// `count` of the `blocks` blocks of images, and the channels in those.
typedef struct mim_channel_part {
  mim_int batch, blocks, pixels, count, channels;
} mim_channel_part;

typedef struct mim_channel_moments {
  mim_channel_part part;
  const float *x;
  float *mean, *variance;
} mim_channel_moments;

/// Arrays of a channel's numbers: [channels] each.
typedef struct mim_channel_arrays {
  const float *mean, *variance, *scale, *shift;
} mim_channel_arrays;

typedef struct mim_normalization {
  mim_channel_part part;
  const float *x;
  mim_channel_arrays arrays;
  float *y;
  float epsilon;
} mim_normalization;

typedef struct mim_normalization_gradient {
  mim_channel_part part;
  const float *x;
  mim_channel_arrays arrays;
  const float *outer;
  /// NULL ones aren't wanted.
  float *to_x, *to_scale, *to_shift;
  /// Whether mean and variance are those of x.
  bool is_training;
  float epsilon;
} mim_normalization_gradient;

/// The gradient of x alone, with the gradients of scale and shift given as means over the ranks.
typedef struct mim_joined_normalization_gradient {
  mim_channel_part part;
  const float *x;
  mim_channel_arrays arrays;
  const float *outer, *to_scale, *to_shift;
  float *to_x;
  float epsilon;
} mim_joined_normalization_gradient;

typedef struct mim_join_moments {
  const float *own_mean, *mean;
  float *variance;
  mim_int channels;
} mim_join_moments;

// ---- pixel_column.h

/// One layer of a PixelCNN at one pixel of several images: relu(shifts + Σ_tap Σ_channel weights · input), weights
/// [taps][inputs][outputs]. Image n's input at a tap is input[n * input_stride + offsets[tap]].
typedef struct mim_pixel_column {
  mim_int images, taps, inputs, outputs;
  const float *input;
  mim_int input_stride;
  const int64_t *offsets;
  const float *weights, *shifts;
  float *output;
  mim_int output_stride;
} mim_pixel_column;

// ---- call.h

typedef struct mim_callback {
  void (*function)(void *context, float *values, mim_int count);
  void *context;
  float *values;
  mim_int count;
} mim_callback;

// ---- adam.h

typedef struct mim_adam_step {
  float *steps;
  /// 1 − β₁ᵗ and 1 − β₂ᵗ.
  float *corrections;
  bool counts;
  float beta1, beta2;
} mim_adam_step;

typedef struct mim_adam {
  float *parameter, *first_moment, *second_moment;
  const float *gradient, *corrections, *learning_rate;
  mim_int count;
  float beta1, beta2, epsilon;
} mim_adam;

#ifdef __cplusplus
}
#endif
