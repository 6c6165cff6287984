#pragma once
#include <stdint.h>

#include "instruction_sets.h"

// Eight doubles at a time, for the loops of the estimators: one register with AVX-512, two with AVX2, four
// of the baseline.

typedef double Vector __attribute__((ext_vector_type(8)));
typedef double LooseVector __attribute__((ext_vector_type(8), aligned(8)));
typedef int64_t Mask __attribute__((ext_vector_type(8)));

enum { WIDTH = 8 };

#define LOAD(pointer) (*(const LooseVector *)(pointer))
#define STORE(pointer, value) (*(LooseVector *)(pointer) = (value))
