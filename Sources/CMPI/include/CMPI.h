// The calls of MPI that mim-repl makes, behind a flat C interface: MPI's names are macros of each
// implementation, which Swift can't import. Counts of any size; every call returns 0, or a status that
// cmpi_message puts into words.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Joins the job. Gives this process's number, how many there are in all, and how many on this machine.
/// MPI is called by one thread at a time, which need not be the same.
int cmpi_start(int *rank, int *size, int *local_size);

/// Whether this process has joined a job and not left it.
int cmpi_is_joined(void);

/// Leaves the job; waits for the others to do so.
int cmpi_finish(void);

/// Ends every process of the job; this one's exit code is that of mpirun.
void cmpi_abort(int code);

/// Returns once every rank has called it. Gives the processor up while waiting long, which MPI's own calls
/// don't: a rank may compute for hours while the others have nothing to do.
int cmpi_wait_for_all(void);

/// Replaces each number by its sum over the ranks, the same bits on each of them.
int cmpi_sum(float *values, int64_t count);

/// Replaces bytes by those of rank `root`.
int cmpi_broadcast(void *bytes, int64_t count, int root);

/// Sends a message under a tag.
int cmpi_send(int to, int tag, const void *bytes, int64_t count);

/// Looks for a message under a tag: its sender and size, or sender −1 where there is none.
int cmpi_look(int tag, int *from, int64_t *count);

/// Takes the message that cmpi_look found.
int cmpi_receive(int from, int tag, void *bytes, int64_t count);

/// A status in words; the buffer holds CMPI_MESSAGE characters.
void cmpi_message(int status, char *buffer);

enum { CMPI_MESSAGE = 1024 };

#ifdef __cplusplus
}
#endif
