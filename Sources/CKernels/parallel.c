#define _GNU_SOURCE
#include "mim_parallel.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>

// Looked up at run time: oneDNN brings the OpenMP runtime, which needs no header or flag here.
typedef void (*parallel_function)(void (*)(void *), void *, unsigned, unsigned);
typedef int (*number_function)(void);

typedef struct {
  void (*body)(void *, int, int);
  void *context;
  number_function thread_number, thread_count;
  int parts;
} team_task;

static void *found(const char *name, _Atomic(void *) *known) {
  void *symbol = atomic_load_explicit(known, memory_order_relaxed);
  if (!symbol) {
    symbol = dlsym(RTLD_DEFAULT, name);
    atomic_store_explicit(known, symbol, memory_order_relaxed);
  }
  return symbol;
}

// The team may be smaller than asked for; every part is still done once.
static void run_share(void *argument) {
  const team_task *task = argument;
  const int count = task->thread_count();
  for (int part = task->thread_number(); part < task->parts; part += count)
    task->body(task->context, part, task->parts);
}

void mim_parallel(int parts, void (*body)(void *, int, int), void *context) {
  static _Atomic(void *) parallel_symbol, number_symbol, count_symbol;
  if (parts > 1) {
    parallel_function parallel = (parallel_function)found("GOMP_parallel", &parallel_symbol);
    team_task task = {
        body, context, (number_function)found("omp_get_thread_num", &number_symbol),
        (number_function)found("omp_get_num_threads", &count_symbol), parts};
    if (parallel && task.thread_number && task.thread_count) {
      parallel(run_share, &task, parts, 0);
      return;
    }
  }
  for (int part = 0; part < parts; part++) body(context, part, parts);
}

void mim_set_threads(int threads) {
  static _Atomic(void *) symbol;
  void (*set)(int) = (void (*)(int))found("omp_set_num_threads", &symbol);
  if (set) set(threads);
}
