// Work on all cores with the threads that oneDNN uses: libdnnl brings libgomp, whose team is shared, as
// a second pool would fight with its spinning threads.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// Calls body(context, part, parts) for part = 0 … parts − 1, each on a thread of its own, and returns
/// when all are done. Runs them one after the other where there is no OpenMP runtime or parts is 1.
void mim_parallel(int parts, void (*body)(void *context, int part, int parts), void *context);

#ifdef __cplusplus
}
#endif
