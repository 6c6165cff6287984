// PixelCNN columns for processors with AVX2.
#if defined(__x86_64__)
#include "Loops/includes.h"
#include "instruction_sets.h"
#include "pixelcnn_column.h"
#pragma clang attribute push(__attribute__((target(MIM_TARGET_AVX2))), apply_to = function)
#define MIM_LANES 8
#define MIM_PIXELCNN_COLUMN mim_pixelcnn_column_avx2
#include "pixelcnn_loops.h"
#pragma clang attribute pop
#endif
