// What the code for each instruction set may use, and how a set's code is picked: the one place that says either.
//
// Code for a set is compiled with its target below and named after it (`_baseline`, `_avx2`, `_avx512`), in two ways:
// kernels, which have a set's vectors, all together by kernels_SET.c; other functions by FOR_EVERY_SET. MIM_OF_SET
// picks. What a library is told of the set is in dispatch.c.
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

// What is called `name` for a set.
#if defined(__x86_64__)
#define MIM_OF_SET(set, name)                                                                    \
  ((set) == MIM_AVX512 ? name##_avx512 : (set) == MIM_AVX2 ? name##_avx2 : name##_baseline)
#else
#define MIM_OF_SET(set, name) (name##_baseline)
#endif

// A function written once and compiled for every set, as in
//
//   FOR_EVERY_SET(double, mim_dot, (const double *a, const double *b, size_t count), (a, b, count)) { … }
//
// with the names of its parameters once more in the last pair of parentheses. The body knows the set as the
// constant `set`. What it calls must be inlined to be compiled for the set too.
#define FOR_EVERY_SET(result, name, parameters, arguments)                                       \
  static inline __attribute__((always_inline)) result name##_body(                               \
      const mim_variant set, MIM_BARE parameters);                                               \
  static result name##_baseline parameters {                                                     \
    return name##_body(MIM_BASELINE, MIM_BARE arguments);                                        \
  }                                                                                              \
  MIM_WIDE_SETS(result, name, parameters, arguments)                                             \
  result name parameters { return MIM_OF_SET(mim_chosen_variant(), name) arguments; }            \
  static inline __attribute__((always_inline)) result name##_body(                               \
      const mim_variant set __attribute__((unused)), MIM_BARE parameters)

// A list without its parentheses.
#define MIM_BARE(...) __VA_ARGS__

#if defined(__x86_64__)
#define MIM_WIDE_SETS(result, name, parameters, arguments)                                       \
  __attribute__((target(MIM_TARGET_AVX2))) static result name##_avx2 parameters {                \
    return name##_body(MIM_AVX2, MIM_BARE arguments);                                            \
  }                                                                                              \
  __attribute__((target(MIM_TARGET_AVX512))) static result name##_avx512 parameters {            \
    return name##_body(MIM_AVX512, MIM_BARE arguments);                                          \
  }
#else
#define MIM_WIDE_SETS(result, name, parameters, arguments)
#endif
