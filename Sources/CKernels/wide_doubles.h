#pragma once
#include <stdint.h>

// Eight doubles at a time, for the loops of the estimators: each function marked CLONES is
// compiled for AVX-512, AVX2 and the baseline, and the loader picks what the processor runs.

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

typedef double Vector __attribute__((ext_vector_type(8)));
typedef double LooseVector __attribute__((ext_vector_type(8), aligned(8)));
typedef int64_t Mask __attribute__((ext_vector_type(8)));

enum { WIDTH = 8 };

#define LOAD(pointer) (*(const LooseVector *)(pointer))
#define STORE(pointer, value) (*(LooseVector *)(pointer) = (value))
