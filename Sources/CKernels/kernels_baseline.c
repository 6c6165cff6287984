// The kernels for any processor: SSE2 on x86-64, NEON on ARM.
#include "Loops/includes.h"
#define MIM_LANES 4
#define MIM_TABLE mim_table_baseline
#include "Loops/all.h"
