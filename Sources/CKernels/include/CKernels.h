// The vector loops and oneDNN calls of the engine, behind a flat C interface.
//
// A kernel works on one mim_instruction: pointers to float arrays, sizes and scalars whose order is
// stated at the kernel in Loops/. Arrays start at 64-byte boundaries and own the memory up to
// the next multiple of 16 floats, so that element-wise loops need no tails. Kernels allocate
// nothing, keep no state and exist once per instruction set; mim_kernel_function picks.
#pragma once
#include "direct_convolution.h"
#include "distances.h"
#include "mim_parallel.h"
#include "pixelcnn.h"
#include "attraction.h"
#include "candidates.h"
#include "fields.h"
#include "neighborhoods.h"
#include "pixels.h"
#include "repulsion.h"
#include "vectors.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MIM_KERNELS(X)                                                                          \
  /* elementwise.h: one operand */                                                              \
  X(SCALED) X(EXP) X(LOG) X(TANH) X(SIGMOID) X(SOFTPLUS) X(RELU) X(SWISH) X(SQUARE) X(SQRT) X(FLOOR) \
  X(ABS) X(RECIPROCAL) X(HARDTANH)                                                              \
  X(TANH_GRADIENT) X(SIGMOID_GRADIENT) X(SOFTPLUS_GRADIENT) X(RELU_GRADIENT) X(SWISH_GRADIENT)  \
  X(SQUARE_GRADIENT) X(SQRT_GRADIENT) X(ABS_GRADIENT) X(RECIPROCAL_GRADIENT)                    \
  X(HARDTANH_GRADIENT)                                                                          \
  /* broadcast.h */                                                                             \
  X(ADD) X(SUBTRACT) X(MULTIPLY) X(DIVIDE) X(MAXIMUM) X(MINIMUM) X(LOG_ADD_EXP) X(GREATER)      \
  X(GREATER_OR_EQUAL) X(BROADCAST)                                                              \
  /* reductions.h */                                                                            \
  X(SUM) X(LOG_SUM_EXP) X(SOFTMAX) X(CHECK_FINITE)                                                              \
  /* arrangement.h */                                                                           \
  X(FILL) X(COPY_BLOCKS) X(TRANSPOSE) X(GATHER) X(GATHER_TRANSPOSED) X(SCATTER)                 \
  /* noise.h */                                                                                 \
  X(NORMAL_NOISE) X(UNIFORM_NOISE) X(RANDOM_INDICES) X(BERNOULLI_SAMPLE)                        \
  X(NORMAL_NOISE_PARTS) X(UNIFORM_NOISE_PARTS) X(RANDOM_INDICES_PARTS)                          \
  /* products.h */                                                                              \
  X(MATMUL) X(AFFINE_ROWS)                                                                       \
  /* columns.h */                                                                               \
  X(AFFINE_COLUMNS) X(INPUT_GRADIENT_COLUMNS) X(WEIGHT_GRADIENT_COLUMNS)                        \
  /* densities.h */                                                                             \
  X(GAUSSIAN_ROWS) X(GAUSSIAN_COLUMNS) X(GAUSSIAN_GRADIENT_ROWS) X(GAUSSIAN_GRADIENT_COLUMNS)   \
  X(STANDARD_NORMAL_ROWS) X(STANDARD_NORMAL_COLUMNS) X(GAUSSIAN_SAMPLE)                         \
  X(GAUSSIAN_SAMPLE_GRADIENT) X(BERNOULLI_ROWS) X(BERNOULLI_COLUMNS)                            \
  X(BERNOULLI_GRADIENT_ROWS) X(BERNOULLI_GRADIENT_COLUMNS)                                      \
  /* mixture.h */                                                                              \
  X(MIXTURE_TABLES) X(MIXTURE) X(MIXTURE_GRADIENT)                                              \
  /* images.h */                                                                               \
  X(TO_BLOCKS) X(FROM_BLOCKS) X(GATE) X(GATE_GRADIENT) X(MASK)                                  \
  /* narrow_gradient.h */                                                                       \
  X(NARROW_INPUT_GRADIENT)                                                                      \
  /* direct_convolution.h */                                                                    \
  X(DIRECT_WEIGHTS) X(DIRECT_CONVOLUTION) X(DIRECT_WEIGHT_GRADIENT)                             \
  X(DIRECT_WEIGHT_GRADIENT_RESULT)                                                              \
  /* winograd.h */                                                                             \
  X(WINOGRAD_WEIGHTS) X(WINOGRAD_CONVOLUTION) X(WINOGRAD_WEIGHT_GRADIENT)                       \
  X(WINOGRAD_WEIGHT_GRADIENT_RESULT)                                                            \
  /* normalization.h */                                                                        \
  X(CHANNEL_MOMENTS) X(NORMALIZE_CHANNELS) X(NORMALIZE_CHANNELS_GRADIENT)                       \
  X(JOIN_MOMENTS) X(NORMALIZE_CHANNELS_GRADIENT_OF_JOINED)                                      \
  /* call.h */                                                                                  \
  X(CALL)                                                                                       \
  /* adam.h */                                                                                  \
  X(ADAM_STEP) X(ADAM) X(GRADIENT_NORMALISED_ADAM)

/// The name of a kernel.
typedef enum mim_kernel {
#define X(name) MIM_##name,
  MIM_KERNELS(X)
#undef X
  MIM_KERNEL_COUNT
} mim_kernel;

/// How many pointers, sizes and scalars an instruction has room for.
enum { MIM_POINTERS = 16, MIM_SIZES = 12, MIM_SCALARS = 4 };

/// One kernel call of a plan.
typedef struct mim_instruction {
  void (*kernel)(const struct mim_instruction *);
  /// How many instructions from this one on may run at the same time, and on how many threads at
  /// most; 0: on as many as there are instructions.
  int64_t group, threads;
  float *pointer[MIM_POINTERS];
  int64_t size[MIM_SIZES];
  float scalar[MIM_SCALARS];
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

/// Fills one instruction. Returns 0, or −1 where it has more operands than there is room for or
/// the kernel does not exist here.
int mim_instruction_fill(
    mim_instruction *instruction, mim_kernel kernel, mim_variant variant, void *const *pointers,
    int64_t pointer_count, const int64_t *sizes, int64_t size_count, const float *scalars,
    int64_t scalar_count);

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
