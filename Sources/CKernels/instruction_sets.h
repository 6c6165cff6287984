// What the code for each instruction set may use, and how the set in use is picked: the one place that
// says either. Code for a set is compiled with its target below and named after it (`_baseline`, `_avx2`,
// `_avx512`); MIM_IN_USE picks.
#pragma once
#include "CKernels.h"

// Every feature of a set, all of which a processor must have. FIRST takes the first one, NEXT each other.
#define MIM_FEATURES_AVX2(FIRST, NEXT) FIRST("avx2") NEXT("fma") NEXT("bmi") NEXT("bmi2")
#define MIM_FEATURES_AVX512(FIRST, NEXT)                                                         \
  MIM_FEATURES_AVX2(FIRST, NEXT) NEXT("avx512f") NEXT("avx512dq") NEXT("avx512vl") NEXT("avx512bw")

// What the compiler is told: __attribute__((target(…))).
#define MIM_TARGET_FIRST(feature) feature
#define MIM_TARGET_NEXT(feature) "," feature
#define MIM_TARGET_AVX2 MIM_FEATURES_AVX2(MIM_TARGET_FIRST, MIM_TARGET_NEXT)
#define MIM_TARGET_AVX512 MIM_FEATURES_AVX512(MIM_TARGET_FIRST, MIM_TARGET_NEXT)

// What the processor is asked.
#define MIM_SUPPORTS_FIRST(feature) __builtin_cpu_supports(feature)
#define MIM_SUPPORTS_NEXT(feature) && __builtin_cpu_supports(feature)
#define MIM_SUPPORTS_AVX2 (MIM_FEATURES_AVX2(MIM_SUPPORTS_FIRST, MIM_SUPPORTS_NEXT))
#define MIM_SUPPORTS_AVX512 (MIM_FEATURES_AVX512(MIM_SUPPORTS_FIRST, MIM_SUPPORTS_NEXT))

// The function of that name for the set in use.
#if defined(__x86_64__)
#define MIM_IN_USE(name)                                                                         \
  (mim_chosen_variant() == MIM_AVX512 ? name##_avx512                                            \
   : mim_chosen_variant() == MIM_AVX2 ? name##_avx2                                              \
                                      : name##_baseline)
#else
#define MIM_IN_USE(name) (name##_baseline)
#endif

// A function written once and compiled for every set, as in
//
//   FOR_EVERY_SET(double, mim_dot, (const double *a, const double *b, size_t count), (a, b, count)) { … }
//
// with the names of its parameters once more in the last pair of parentheses. What it calls must be inlined
// to be compiled for the set too.
#define FOR_EVERY_SET(result, name, parameters, arguments)                                       \
  static inline __attribute__((always_inline)) result name##_body parameters;                    \
  static result name##_baseline parameters { return name##_body arguments; }                     \
  MIM_WIDE_SETS(result, name, parameters, arguments)                                             \
  result name parameters { return MIM_IN_USE(name) arguments; }                                  \
  static inline __attribute__((always_inline)) result name##_body parameters

#if defined(__x86_64__)
#define MIM_WIDE_SETS(result, name, parameters, arguments)                                       \
  __attribute__((target(MIM_TARGET_AVX2))) static result name##_avx2 parameters {                \
    return name##_body arguments;                                                                \
  }                                                                                              \
  __attribute__((target(MIM_TARGET_AVX512))) static result name##_avx512 parameters {            \
    return name##_body arguments;                                                                \
  }
#else
#define MIM_WIDE_SETS(result, name, parameters, arguments)
#endif
