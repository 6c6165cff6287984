// All kernels of one variant, and the table of them. Included once per instruction set with
// MIM_LANES (floats in a vector register) and MIM_TABLE defined.
#include "vector.h"

#include "functions.h"

#include "elementwise.h"

#include "broadcast.h"

#include "reductions.h"

#include "arrangement.h"

#include "noise.h"

#include "products.h"

#include "masked_products.h"

#include "columns.h"

#include "columns_weights.h"

#include "densities.h"

#include "mixture.h"

#include "images.h"

#include "direct_convolution.h"

#include "narrow_gradient.h"

#include "winograd_points3.h"

#include "winograd_points5.h"

#include "winograd_tiles.h"

#include "winograd_transforms.h"

#include "winograd_products.h"

#include "winograd.h"

#include "normalization.h"

#include "pixel_column.h"

#include "adam.h"

#include "call.h"

// What the table points to: kernels as mim_run calls them.
#define X(name, kind)                                                \
  static void start_##name(const mim_instruction *instruction) {     \
    run_##name(&instruction->operands.kind);                         \
  }
MIM_KERNELS(X)
#undef X

void (*const MIM_TABLE[MIM_KERNEL_COUNT])(const mim_instruction *) = {
#define X(name, kind) [MIM_##name] = start_##name,
    MIM_KERNELS(X)
#undef X
};
