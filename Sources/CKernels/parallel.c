#define _GNU_SOURCE
#include "mim_parallel.h"

#include <dlfcn.h>
#include <linux/futex.h>
#include <oneapi/dnnl/dnnl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "CKernels.h"

// A team is a list of sleeping helpers that one caller at a time uses. Callers take a free team
// from a list and put it back, so that several run side by side, and none waits for another.
//
// A call is open while parts are left to be claimed. Helpers join a call by claiming a part and a
// seat in one step; the seat is their number. Nobody waits for a helper that hasn't joined: where
// another program has its core, the caller does its parts.

enum {
  MOST_THREADS = 256,
  STACK = 8 << 20,
  MOST_PATIENCE = 50000,  // nanoseconds
  ASLEEP = 1u << 31,
};

// How long a thread looks for work before it sleeps. To be woken takes some tens of microseconds,
// which looking saves where work comes as soon; where it doesn't, as when another program has the
// core of whom one waits for, looking keeps that core from others. So it looks for less long after
// it did in vain, and longer again when work came so soon that it should have gone on looking.
typedef struct {
  int64_t patience, begin;
} watch;

typedef struct team {
  // Parts that nobody has claimed, and seats that nobody has taken above them, in one word.
  _Alignas(64) _Atomic(uint64_t) open;
  // Counts the calls; helpers sleep on it.
  _Atomic(uint32_t) calls;
  _Atomic(uint32_t) sleepers;
  // When the call was opened.
  _Atomic(int64_t) opened;
  // Parts that aren't done, and whether the caller sleeps on it.
  _Alignas(64) _Atomic(uint32_t) unfinished;
  // When a helper last found no part any more.
  _Atomic(int64_t) left;
  // What the call is; fixed from when a part can be claimed until all are done.
  _Alignas(64) void (*body)(void *, int, int);
  void *context;
  int parts, threads;
  // More threads are at work than there are cores.
  bool is_crowded;
  // The caller's own.
  watch wait;
  int helpers;
  bool is_full;
  struct team *next;
} team;

#define SEAT ((uint64_t)1 << 32)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static team *free_teams;
// Threads of all calls that are open.
static _Atomic(int) busy;
static int cores = 1;

static _Thread_local int thread_index;
static _Thread_local bool is_inside;

// ---- Waiting

static void sleep_on(_Atomic(uint32_t) *word, uint32_t value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void wake(_Atomic(uint32_t) *word, int count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// Looks for `condition`; whether it came.
#define CAME_SOON(w, condition)                                         \
  ({                                                                    \
    bool came = (condition);                                            \
    if (!came) {                                                        \
      (w)->begin = now();                                               \
      do {                                                              \
        for (int i = 0; i < 16 && !came; i++) {                         \
          pause_briefly();                                              \
          came = (condition);                                           \
        }                                                               \
      } while (!came && now() - (w)->begin < (w)->patience);            \
      (w)->patience = came ? MOST_PATIENCE : (w)->patience / 2;         \
    }                                                                   \
    came;                                                               \
  })

// After sleep, with the time at which the work came.
static void woken(watch *w, _Atomic(int64_t) *came) {
  if (atomic_load_explicit(came, memory_order_relaxed) - w->begin < MOST_PATIENCE)
    w->patience = MOST_PATIENCE;
}

// ---- Parts

static bool is_open(team *t) {
  const uint64_t open = atomic_load_explicit(&t->open, memory_order_relaxed);
  return (uint32_t)open && open / SEAT;
}

// Takes a part, and a seat with it where `seats` is 1. Returns what was open, 0 where nothing was.
static uint64_t claim(team *t, int seats) {
  uint64_t open = atomic_load_explicit(&t->open, memory_order_relaxed);
  while ((uint32_t)open && open / SEAT >= (uint64_t)seats)
    if (atomic_compare_exchange_weak_explicit(
            &t->open, &open, open - (uint64_t)seats * SEAT - 1, memory_order_acquire,
            memory_order_relaxed))
      return open;
  return 0;
}

// Works until no part is left, from the one that `open` stands for on. What the call is can't
// change meanwhile, as its parts aren't done.
static void work(team *t, uint64_t open) {
  uint32_t done = 0;
  for (; open; open = claim(t, 0), done++)
    t->body(t->context, t->parts - (int)(uint32_t)open, t->parts);
  if (thread_index) atomic_store_explicit(&t->left, now(), memory_order_relaxed);
  if (atomic_fetch_sub_explicit(&t->unfinished, done, memory_order_acq_rel) ==
      (ASLEEP | done))
    wake(&t->unfinished, 1);
}

static void *help(void *argument) {
  team *t = argument;
  is_inside = true;
  mim_calm_onednn();
  watch w = {.patience = MOST_PATIENCE};
  for (;;) {
    const uint32_t calls = atomic_load_explicit(&t->calls, memory_order_acquire);
    const uint64_t open = claim(t, 1);
    if (open) {
      thread_index = t->threads - (int)(open / SEAT);
      if (t->is_crowded) w.patience = 0;
      work(t, open);
    } else if (!CAME_SOON(&w, is_open(t))) {
      // The caller looks for sleepers after it counted its call; so one of the two sees the other.
      atomic_fetch_add(&t->sleepers, 1);
      sleep_on(&t->calls, calls);
      atomic_fetch_sub(&t->sleepers, 1);
      woken(&w, &t->opened);
    }
  }
  return NULL;
}

static void wait_for_helpers(team *t) {
  if (t->is_crowded) t->wait.patience = 0;
  if (CAME_SOON(&t->wait, atomic_load_explicit(&t->unfinished, memory_order_acquire) == 0)) return;
  uint32_t unfinished = atomic_fetch_or_explicit(&t->unfinished, ASLEEP, memory_order_acq_rel);
  for (unfinished |= ASLEEP; unfinished != ASLEEP;
       unfinished = atomic_load_explicit(&t->unfinished, memory_order_acquire))
    sleep_on(&t->unfinished, unfinished);
  woken(&t->wait, &t->left);
}

// ---- Teams

static void before_fork(void) { pthread_mutex_lock(&lock); }

static void after_fork(void) { pthread_mutex_unlock(&lock); }

// The helpers are the parent's.
static void after_fork_in_child(void) {
  free_teams = NULL;
  atomic_store(&busy, 0);
  pthread_mutex_unlock(&lock);
}

static void prepare(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) cores = CPU_COUNT(&set);
  pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

static team *take_team(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, prepare);
  pthread_mutex_lock(&lock);
  team *found = free_teams;
  if (found) free_teams = found->next;
  pthread_mutex_unlock(&lock);
  if (!found) {
    void *memory = NULL;
    if (posix_memalign(&memory, _Alignof(team), sizeof(team))) return NULL;
    found = memset(memory, 0, sizeof(team));
    found->wait.patience = MOST_PATIENCE;
  }
  return found;
}

static void put_back(team *t) {
  pthread_mutex_lock(&lock);
  t->next = free_teams;
  free_teams = t;
  pthread_mutex_unlock(&lock);
}

static bool start_helper(team *t) {
  pthread_attr_t attributes;
  pthread_t thread;
  if (pthread_attr_init(&attributes)) return false;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, STACK);
  const bool started = pthread_create(&thread, &attributes, help, t) == 0;
  pthread_attr_destroy(&attributes);
  if (started) pthread_setname_np(thread, "mim-helper");
  return started;
}

// Signals belong to the program's other threads; but a fault is reported where it happens.
static void start_helpers(team *t, int wanted) {
  static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};
  sigset_t blocked, before;
  if (t->helpers >= wanted || t->is_full) return;
  sigfillset(&blocked);
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&blocked, faults[i]);
  pthread_sigmask(SIG_SETMASK, &blocked, &before);
  while (t->helpers < wanted && !t->is_full) {
    if (start_helper(t)) t->helpers++;
    else t->is_full = true;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void run_with(
    team *t, int threads, int parts, void (*body)(void *, int, int), void *context) {
  start_helpers(t, threads - 1);
  t->body = body, t->context = context, t->parts = parts, t->threads = threads;
  t->is_crowded =
      atomic_fetch_add_explicit(&busy, threads, memory_order_relaxed) + threads > cores;
  atomic_store_explicit(&t->unfinished, (uint32_t)parts, memory_order_relaxed);
  // The first part is the caller's.
  const uint64_t open = (uint64_t)(threads - 1) * SEAT + (uint32_t)parts;
  atomic_store_explicit(&t->opened, now(), memory_order_relaxed);
  atomic_store_explicit(&t->open, open - 1, memory_order_release);
  atomic_fetch_add(&t->calls, 1);
  // Those that aren't asleep look again before they sleep.
  const int asleep = (int)atomic_load(&t->sleepers), missing = threads - 1 - (t->helpers - asleep);
  if (missing > 0) wake(&t->calls, missing);
  is_inside = true;
  work(t, open);
  wait_for_helpers(t);
  is_inside = false;
  atomic_fetch_sub_explicit(&busy, threads, memory_order_relaxed);
}

void mim_share(int threads, int parts, void (*body)(void *, int, int), void *context) {
  if (threads > parts) threads = parts;
  if (threads > (int)MOST_THREADS) threads = MOST_THREADS;
  team *t = threads > 1 && !is_inside ? take_team() : NULL;
  if (t) {
    run_with(t, threads, parts, body, context);
    put_back(t);
    return;
  }
  const int index = thread_index;
  thread_index = 0;
  for (int part = 0; part < parts; part++) body(context, part, parts);
  thread_index = index;
}

void mim_parallel(int parts, void (*body)(void *, int, int), void *context) {
  mim_share(parts, parts, body, context);
}

int mim_thread_index(void) { return thread_index; }

// ---- oneDNN

// Debian's oneDNN brings an OpenMP runtime, which keeps a number for each thread. Which runtime that is doesn't
// matter: its function is looked up in the process, as it needs no header or flag here.
static void (*set_openmp_threads(void))(int) {
  return (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
}

void mim_calm_onednn(void) {
  static _Thread_local bool is_calm;
  if (is_calm) return;
  void (*set)(int) = set_openmp_threads();
  if (set) set(1);
  is_calm = true;
}

bool mim_onednn_is_optimised(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("sse4.1");
#else
  return true;
#endif
}

bool mim_onednn_has_own_threads(void) {
  const unsigned runtime = dnnl_version()->cpu_runtime;
  // Sequential by itself, or with threads only where it is given some.
  if (runtime == DNNL_RUNTIME_SEQ || runtime == DNNL_RUNTIME_THREADPOOL) return false;
  return runtime != DNNL_RUNTIME_OMP || !set_openmp_threads();
}
