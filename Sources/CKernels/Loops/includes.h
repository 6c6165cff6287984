// What the loops include, outside the pragma that sets the instruction set.
#include <math.h>
#include <oneapi/dnnl/dnnl.h>
#include <stdint.h>
#include <string.h>

#include "CKernels.h"
