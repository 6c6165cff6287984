// The vector loops and oneDNN calls of the engine, behind a flat C interface.
//
// A kernel works on one mim_instruction, whose operands are a struct (operands.h). Kernels allocate
// nothing, keep no state and exist once per instruction set; mim_kernel_function picks.
#pragma once
#include "direct_convolution.h"
#include "distances.h"
#include "mim_parallel.h"
#include "pixelcnn.h"
#include "attraction.h"
#include "candidates.h"
#include "fields.h"
#include "linear.h"
#include "neighborhoods.h"
#include "operands.h"
#include "pixels.h"
#include "repulsion.h"
#include "umap.h"
#include "vectors.h"
#include "weighted_rows.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The kernels, each with its struct of operands (operands.h, without mim_).
#define MIM_KERNELS(X)                                                                      \
  /* elementwise.h */                                                                       \
  X(SCALED, unary) X(EXP, unary) X(LOG, unary) X(TANH, unary) X(SIGMOID, unary)             \
  X(SOFTPLUS, unary) X(RELU, unary) X(SWISH, unary) X(SQUARE, unary) X(SQRT, unary)         \
  X(FLOOR, unary) X(ABS, unary) X(RECIPROCAL, unary) X(HARDTANH, unary)                     \
  X(TANH_GRADIENT, unary_gradient) X(SIGMOID_GRADIENT, unary_gradient)                      \
  X(SOFTPLUS_GRADIENT, unary_gradient) X(RELU_GRADIENT, unary_gradient)                     \
  X(SWISH_GRADIENT, unary_gradient) X(SQUARE_GRADIENT, unary_gradient)                      \
  X(SQRT_GRADIENT, unary_gradient) X(ABS_GRADIENT, unary_gradient)                          \
  X(RECIPROCAL_GRADIENT, unary_gradient) X(HARDTANH_GRADIENT, unary_gradient)               \
  /* broadcast.h */                                                                         \
  X(ADD, binary) X(SUBTRACT, binary) X(MULTIPLY, binary) X(DIVIDE, binary)                  \
  X(MAXIMUM, binary) X(MINIMUM, binary) X(LOG_ADD_EXP, binary) X(GREATER, binary)           \
  X(GREATER_OR_EQUAL, binary) X(BROADCAST, broadcast)                                       \
  /* reductions.h */                                                                        \
  X(SUM, reduction) X(LOG_SUM_EXP, reduction) X(SOFTMAX, reduction)                         \
  X(FIRST_LEAST, reduction) X(CHECK_FINITE, check)                                          \
  /* arrangement.h */                                                                       \
  X(FILL, fill) X(COPY_BLOCKS, copy) X(TRANSPOSE, transpose) X(GATHER, gather)              \
  X(GATHER_TRANSPOSED, gather) X(SCATTER, scatter)                                          \
  /* noise.h */                                                                             \
  X(NORMAL_NOISE, noise) X(UNIFORM_NOISE, noise) X(RANDOM_INDICES, noise)                   \
  X(BERNOULLI_SAMPLE, bernoulli_sample) X(NORMAL_NOISE_PARTS, noise)                        \
  X(UNIFORM_NOISE_PARTS, noise) X(RANDOM_INDICES_PARTS, noise)                              \
  /* products.h */                                                                          \
  X(MATMUL, matmul) X(AFFINE_ROWS, affine)                                                  \
  /* masked_products.h */                                                                   \
  X(MASKED_AFFINE, masked_product) X(MASKED_INPUT_GRADIENT, masked_product)                 \
  X(MASKED_WEIGHT_GRADIENT, masked_product)                                                 \
  /* columns.h */                                                                           \
  X(AFFINE_COLUMNS, affine) X(INPUT_GRADIENT_COLUMNS, input_gradient)                       \
  X(WEIGHT_GRADIENT_COLUMNS, weight_gradient)                                               \
  /* densities.h */                                                                         \
  X(GAUSSIAN_ROWS, gaussian) X(GAUSSIAN_COLUMNS, gaussian)                                  \
  X(GAUSSIAN_GRADIENT_ROWS, gaussian_gradient)                                              \
  X(GAUSSIAN_GRADIENT_COLUMNS, gaussian_gradient) X(STANDARD_NORMAL_ROWS, standard_normal)  \
  X(STANDARD_NORMAL_COLUMNS, standard_normal) X(GAUSSIAN_SAMPLE, gaussian_sample)           \
  X(GAUSSIAN_SAMPLE_GRADIENT, gaussian_sample_gradient) X(BERNOULLI_ROWS, bernoulli)        \
  X(BERNOULLI_COLUMNS, bernoulli) X(BERNOULLI_GRADIENT_ROWS, bernoulli_gradient)            \
  X(BERNOULLI_GRADIENT_COLUMNS, bernoulli_gradient)                                         \
  /* mixture.h */                                                                           \
  X(MIXTURE_TABLES, mixture_tables) X(MIXTURE, mixture)                                     \
  X(MIXTURE_GRADIENT, mixture_gradient)                                                     \
  /* images.h */                                                                            \
  X(TO_BLOCKS, conversion) X(FROM_BLOCKS, conversion) X(GATE, gate)                         \
  X(GATE_GRADIENT, gate_gradient) X(MASK, mask)                                             \
  /* narrow_gradient.h */                                                                   \
  X(NARROW_INPUT_GRADIENT, narrow_input_gradient)                                           \
  /* direct_convolution.h */                                                                \
  X(DIRECT_WEIGHTS, direct_weights) X(DIRECT_CONVOLUTION, direct_convolution)               \
  X(DIRECT_WEIGHT_GRADIENT, direct_weight_gradient)                                         \
  X(DIRECT_WEIGHT_GRADIENT_RESULT, direct_weight_gradient_result)                           \
  /* winograd.h */                                                                          \
  X(WINOGRAD_WEIGHTS, winograd_weights) X(WINOGRAD_CONVOLUTION, winograd_convolution)       \
  X(WINOGRAD_WEIGHT_GRADIENT, winograd_weight_gradient)                                     \
  X(WINOGRAD_WEIGHT_GRADIENT_RESULT, winograd_weight_gradient_result)                       \
  /* normalization.h */                                                                     \
  X(CHANNEL_MOMENTS, channel_moments) X(NORMALIZE_CHANNELS, normalization)                  \
  X(NORMALIZE_CHANNELS_GRADIENT, normalization_gradient) X(JOIN_MOMENTS, join_moments)      \
  X(NORMALIZE_CHANNELS_GRADIENT_OF_JOINED, joined_normalization_gradient)                   \
  /* pixel_column.h */                                                                      \
  X(PIXEL_COLUMN, pixel_column)                                                             \
  /* call.h */                                                                              \
  X(CALL, callback)                                                                         \
  /* adam.h */                                                                              \
  X(ADAM_STEP, adam_step) X(ADAM, adam) X(GRADIENT_NORMALISED_ADAM, adam)

/// The name of a kernel.
typedef enum mim_kernel {
#define X(name, operands) MIM_##name,
  MIM_KERNELS(X)
#undef X
  MIM_KERNEL_COUNT
} mim_kernel;

/// The operands of any kernel.
typedef union mim_operands {
  mim_unary unary;
  mim_unary_gradient unary_gradient;
  mim_binary binary;
  mim_broadcast broadcast;
  mim_reduction reduction;
  mim_check check;
  mim_fill fill;
  mim_copy copy;
  mim_transpose transpose;
  mim_gather gather;
  mim_scatter scatter;
  mim_noise noise;
  mim_bernoulli_sample bernoulli_sample;
  mim_matmul matmul;
  mim_affine affine;
  mim_masked_product masked_product;
  mim_input_gradient input_gradient;
  mim_weight_gradient weight_gradient;
  mim_gaussian gaussian;
  mim_gaussian_gradient gaussian_gradient;
  mim_standard_normal standard_normal;
  mim_gaussian_sample gaussian_sample;
  mim_gaussian_sample_gradient gaussian_sample_gradient;
  mim_bernoulli bernoulli;
  mim_bernoulli_gradient bernoulli_gradient;
  mim_mixture_tables mixture_tables;
  mim_mixture mixture;
  mim_mixture_gradient mixture_gradient;
  mim_conversion conversion;
  mim_gate gate;
  mim_gate_gradient gate_gradient;
  mim_mask mask;
  mim_narrow_input_gradient narrow_input_gradient;
  mim_direct_weights direct_weights;
  mim_direct_convolution direct_convolution;
  mim_direct_weight_gradient direct_weight_gradient;
  mim_direct_weight_gradient_result direct_weight_gradient_result;
  mim_winograd_weights winograd_weights;
  mim_winograd_convolution winograd_convolution;
  mim_winograd_weight_gradient winograd_weight_gradient;
  mim_winograd_weight_gradient_result winograd_weight_gradient_result;
  mim_channel_moments channel_moments;
  mim_normalization normalization;
  mim_normalization_gradient normalization_gradient;
  mim_join_moments join_moments;
  mim_joined_normalization_gradient joined_normalization_gradient;
  mim_pixel_column pixel_column;
  mim_callback callback;
  mim_adam_step adam_step;
  mim_adam adam;
} mim_operands;

/// A kernel with its operands.
typedef struct mim_call {
  mim_kernel kernel;
  mim_operands operands;
} mim_call;

// mim_call_EXP(mim_unary) and so on: the call of each kernel, with operands of its own kind only.
#define X(name, kind)                                              \
  typedef mim_##kind mim_operands_of_##name;                       \
  static inline mim_call mim_call_##name(mim_##kind operands) {    \
    mim_call call;                                                 \
    call.kernel = MIM_##name;                                      \
    call.operands.kind = operands;                                 \
    return call;                                                   \
  }
MIM_KERNELS(X)
#undef X

/// One kernel call of a plan.
typedef struct mim_instruction {
  void (*kernel)(const struct mim_instruction *);
  /// How many instructions from this one on may run at the same time, and on how many threads at
  /// most; 0: on as many as there are instructions.
  int64_t group, threads;
  mim_operands operands;
} mim_instruction;

/// The instruction sets that the kernels are compiled for.
typedef enum mim_variant { MIM_BASELINE, MIM_AVX2, MIM_AVX512 } mim_variant;

/// The widest variant that this processor runs.
mim_variant mim_best_variant(void);

/// The variant in use: the widest, unless it was restricted.
mim_variant mim_chosen_variant(void);

/// Why a variant can't be chosen: the processor lacks it; oneDNN has been used already.
enum { MIM_LACKING = 1, MIM_TOO_LATE = 2 };

/// Makes a variant the one in use, for this process and oneDNN within it. To be called before anything
/// else here and before oneDNN's first use; once. Returns 0, or why it is not possible.
int mim_restrict_variant(mim_variant variant);

/// A kernel's code for a variant. Returns NULL for a variant that this machine cannot run.
void (*mim_kernel_function(mim_kernel kernel, mim_variant variant))(const mim_instruction *);

/// Fills one instruction. Returns 0, or −1 where the kernel does not exist here.
int mim_instruction_fill(mim_instruction *instruction, const mim_call *call, mim_variant variant);

/// Runs a program from its first to its last instruction.
void mim_run(const mim_instruction *program, int64_t count);

/// Zeroed memory at a 64-byte boundary, at least one byte; NULL where there is none.
void *mim_allocate(int64_t bytes);

/// The bytes of a core's second-level cache; 512 KiB where the system doesn't say.
int64_t mim_second_level_cache(void);

/// Gives back what mim_allocate gave.
void mim_free(void *memory);

#ifdef __cplusplus
}
#endif
