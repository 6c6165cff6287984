// The kernels for processors with AVX512.
#if defined(__x86_64__)
#include "Loops/includes.h"
#include "instruction_sets.h"
#pragma clang attribute push(__attribute__((target(MIM_TARGET_AVX512))), apply_to = function)
#define MIM_LANES 16
#define MIM_TABLE mim_table_avx512
#include "Loops/all.h"
#pragma clang attribute pop
#endif
