#define _GNU_SOURCE
#include "CKernels.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef void (*kernel_function)(const mim_instruction *);

extern const kernel_function mim_table_baseline[MIM_KERNEL_COUNT];
#if defined(__x86_64__)
extern const kernel_function mim_table_avx2[MIM_KERNEL_COUNT];
extern const kernel_function mim_table_avx512[MIM_KERNEL_COUNT];
#endif

mim_variant mim_best_variant(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    return MIM_AVX512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return MIM_AVX2;
#endif
  return MIM_BASELINE;
}

kernel_function mim_kernel_function(mim_kernel kernel, mim_variant variant) {
  if ((unsigned)kernel >= MIM_KERNEL_COUNT || variant > mim_best_variant()) return NULL;
#if defined(__x86_64__)
  if (variant == MIM_AVX512) return mim_table_avx512[kernel];
  if (variant == MIM_AVX2) return mim_table_avx2[kernel];
#endif
  return mim_table_baseline[kernel];
}

int mim_instruction_fill(
    mim_instruction *instruction, mim_kernel kernel, mim_variant variant, void *const *pointers,
    int64_t pointer_count, const int64_t *sizes, int64_t size_count, const float *scalars,
    int64_t scalar_count) {
  if (pointer_count > MIM_POINTERS || size_count > MIM_SIZES || scalar_count > MIM_SCALARS)
    return -1;
  memset(instruction, 0, sizeof *instruction);
  instruction->kernel = mim_kernel_function(kernel, variant);
  if (pointer_count) memcpy(instruction->pointer, pointers, pointer_count * sizeof *pointers);
  if (size_count) memcpy(instruction->size, sizes, size_count * sizeof *sizes);
  if (scalar_count) memcpy(instruction->scalar, scalars, scalar_count * sizeof *scalars);
  return instruction->kernel ? 0 : -1;
}

void mim_run(const mim_instruction *program, int64_t count) {
  for (int64_t i = 0; i < count; i++) program[i].kernel(&program[i]);
}

void mim_set_threads(int threads) {
  // Looked up at run time: oneDNN brings the OpenMP runtime, which needs no header or flag here.
  void (*set)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  if (set) set(threads);
}

void *mim_allocate(int64_t bytes) {
  void *memory = NULL;
  size_t size = ((size_t)(bytes > 0 ? bytes : 1) + 63) / 64 * 64;
  if (bytes < 0 || posix_memalign(&memory, 64, size)) return NULL;
  memset(memory, 0, size);
  return memory;
}

void mim_free(void *memory) { free(memory); }
