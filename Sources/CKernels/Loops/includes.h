// What the loops include, outside the pragma that sets the instruction set.
#if defined(__x86_64__)
#include <immintrin.h>
#endif
#include <math.h>
#include <oneapi/dnnl/dnnl.h>
#include <stdint.h>
#include <string.h>

#include "CKernels.h"
