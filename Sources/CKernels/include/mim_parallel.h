// Work on several cores with threads of our own. A runtime's team (libgomp's) spins where it waits,
// which makes everything several times slower as soon as another program wants the cores.
#pragma once
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Calls body(context, part, parts) once for each part = 0 … parts − 1, on the calling thread and
/// up to `threads` − 1 helpers, and returns when all are done. Whoever is free takes the next part:
/// nothing may hang on who does which. Several threads may call it at the same time; a part of
/// several threads' work that calls it runs the inner parts itself, one after the other. Where no
/// thread can be had, fewer or none help.
///
/// Helpers live on, asleep, until the process ends. A child made by fork starts its own; a part
/// must not fork and go on in the child. Helpers take no signals.
void mim_share(
    int threads, int parts, void (*body)(void *context, int part, int parts), void *context);

/// mim_share with as many threads as parts.
void mim_parallel(int parts, void (*body)(void *context, int part, int parts), void *context);

/// Inside a part: which of its call's threads runs it, 0 … threads − 1, so that scratch memory can
/// belong to threads where there are more parts than threads. No two threads of a call have the
/// same number at the same time. 0 elsewhere, and in the parts of an inner call.
int mim_thread_index(void);

/// Makes oneDNN compute on the calling thread alone from now on, so that it starts no team of its
/// own; mim_run and our helpers say so first. Costs nothing when repeated.
void mim_calm_onednn(void);

/// Whether the oneDNN at hand starts threads that mim_calm_onednn can't keep it from, as one on TBB does. Nothing
/// is computed wrongly then, but threads are many more than cores, and a program should say so.
bool mim_onednn_has_own_threads(void);

/// Whether oneDNN has products made for this processor. On x86-64 without SSE4.1 it has plain loops only.
bool mim_onednn_is_optimised(void);

#ifdef __cplusplus
}
#endif
