// PixelCNN columns for processors with AVX-512.
#if defined(__x86_64__)
#include "Loops/includes.h"
#include "instruction_sets.h"
#include "pixelcnn_column.h"
#pragma clang attribute push(__attribute__((target(MIM_TARGET_AVX512))), apply_to = function)
#define MIM_LANES 16
#define MIM_PIXELCNN_COLUMN mim_pixelcnn_column_avx512
#include "pixelcnn_loops.h"
#pragma clang attribute pop
#endif
