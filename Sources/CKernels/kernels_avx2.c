// The kernels for processors with AVX2.
#if defined(__x86_64__)
#include "Loops/includes.h"
#include "instruction_sets.h"
#pragma clang attribute push(__attribute__((target(MIM_TARGET_AVX2))), apply_to = function)
#define MIM_LANES 8
#define MIM_TABLE mim_table_avx2
#include "Loops/all.h"
#pragma clang attribute pop
#endif
