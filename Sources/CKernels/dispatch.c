#define _DEFAULT_SOURCE
#include "instruction_sets.h"

#include <oneapi/dnnl/dnnl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef void (*kernel_function)(const mim_instruction *);

extern const kernel_function mim_table_baseline[MIM_KERNEL_COUNT];
#if defined(__x86_64__)
extern const kernel_function mim_table_avx2[MIM_KERNEL_COUNT];
extern const kernel_function mim_table_avx512[MIM_KERNEL_COUNT];
#endif

mim_variant mim_best_variant(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (MIM_SUPPORTS_AVX512) return MIM_AVX512;
  if (MIM_SUPPORTS_AVX2) return MIM_AVX2;
#endif
  return MIM_BASELINE;
}

// -1: nobody has asked yet.
static atomic_int chosen = -1;

mim_variant mim_chosen_variant(void) {
  int variant = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (variant < 0) {
    variant = mim_best_variant();
    atomic_store_explicit(&chosen, variant, memory_order_relaxed);
  }
  return (mim_variant)variant;
}

// oneDNN chooses by itself among what the processor has; below the widest set it is held back alike.
static int restrict_library(mim_variant variant) {
  if (variant == MIM_AVX512) return 0;
  return dnnl_set_max_cpu_isa(variant == MIM_AVX2 ? dnnl_cpu_isa_avx2 : dnnl_cpu_isa_sse41) !=
         dnnl_success;
}

int mim_restrict_variant(mim_variant variant) {
  if (variant > mim_best_variant()) return MIM_LACKING;
  const int before = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (before == (int)variant) return 0;
  if (before >= 0 || restrict_library(variant)) return MIM_TOO_LATE;
  atomic_store_explicit(&chosen, variant, memory_order_relaxed);
  return 0;
}

kernel_function mim_kernel_function(mim_kernel kernel, mim_variant variant) {
  if ((unsigned)kernel >= MIM_KERNEL_COUNT || variant > mim_best_variant()) return NULL;
  return MIM_OF_SET(variant, mim_table)[kernel];
}

int mim_instruction_fill(mim_instruction *instruction, const mim_call *call, mim_variant variant) {
  memset(instruction, 0, sizeof *instruction);
  instruction->group = 1;
  instruction->kernel = mim_kernel_function(call->kernel, variant);
  instruction->operands = call->operands;
  return instruction->kernel ? 0 : -1;
}

static void run_part(void *first, int part, int parts) {
  (void)parts;
  const mim_instruction *instruction = (const mim_instruction *)first + part;
  instruction->kernel(instruction);
}

typedef struct {
  const mim_instruction *program;
  int64_t count;
} span;

static void run_alone(void *context, int part, int parts) {
  (void)part, (void)parts;
  const span *all = context;
  mim_run(all->program, all->count);
}

void mim_run(const mim_instruction *program, int64_t count) {
  if (mim_thread_index() != 0) {
    // Inside a part of other work: scratch memory here belongs to thread 0 of the program's own.
    span all = {program, count};
    mim_share(1, 1, run_alone, &all);
    return;
  }
  mim_calm_onednn();
  for (int64_t i = 0; i < count;) {
    const mim_instruction *first = &program[i];
    if (first->group <= 1) {
      first->kernel(first);
      i++;
    } else {
      const int parts = (int)first->group, threads = (int)first->threads;
      mim_share(threads > 0 ? threads : parts, parts, run_part, (void *)first);
      i += first->group;
    }
  }
}

enum { HUGE_PAGE = 2 << 20 };

#ifdef __linux__
// Large arrays in large pages: Winograd's transforms jump about in a hundred megabytes, and look every small
// page up. Pages that are given back come again zeroed when they are first touched, so that a plan that is only
// made takes no memory. More than the machine has is refused here, as the kernel would promise it and end
// the process later.
static void *large_pages(size_t size) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE), whole = (size + page - 1) / page * page;
  void *memory = NULL;
  if (whole / page > (size_t)sysconf(_SC_PHYS_PAGES) || posix_memalign(&memory, HUGE_PAGE, whole))
    return NULL;
  madvise(memory, whole / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
  if (madvise(memory, whole, MADV_DONTNEED)) memset(memory, 0, whole);
  return memory;
}
#endif

void *mim_allocate(int64_t bytes) {
  void *memory = NULL;
  size_t size = ((size_t)(bytes > 0 ? bytes : 1) + 63) / 64 * 64;
  if (bytes < 0) return NULL;
#ifdef __linux__
  if (size >= HUGE_PAGE) return large_pages(size);
#endif
  if (posix_memalign(&memory, 64, size)) return NULL;
  memset(memory, 0, size);
  return memory;
}

void mim_free(void *memory) { free(memory); }

int64_t mim_second_level_cache(void) {
#ifdef _SC_LEVEL2_CACHE_SIZE
  const long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
  if (bytes > 0) return bytes;
#endif
  return 512 << 10;
}
