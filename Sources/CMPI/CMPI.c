#include "CMPI.h"

// Without the package trait MPI this file is empty, and no part of MPI needs to be installed.
#ifdef MIM_MPI

#include <limits.h>
#include <mpi.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

/// MPI counts in int: longer arrays go over in pieces.
static const int64_t PIECE = 1 << 28;

/// Nanoseconds of a wait before the processor is given up, and of each nap from then on.
enum { SPIN = 20000000, NAP = 500000 };

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void rest(int64_t begin) {
  if (now() - begin < SPIN) {
    sched_yield();
  } else {
    nanosleep(&(struct timespec){0, NAP}, NULL);
  }
}

// MPI starts threads of its own. They must not take the signals that ask to stop, for which one thread of the
// program waits: theirs would be the default action, the end of the process.
static int start_without_signals(int *provided) {
  sigset_t stops, before;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &stops, &before);
  const int status = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, provided);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return status;
}

int cmpi_start(int *rank, int *size, int *local_size) {
  int provided = 0, is_initialised = 0;
  int status = MPI_Initialized(&is_initialised);
  if (!status && !is_initialised) status = start_without_signals(&provided);
  if (status) return status;
  if (!is_initialised && provided < MPI_THREAD_SERIALIZED) return MPI_ERR_OTHER;
  // Errors come back as statuses.
  status = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (!status) status = MPI_Comm_rank(MPI_COMM_WORLD, rank);
  if (!status) status = MPI_Comm_size(MPI_COMM_WORLD, size);
  MPI_Comm local;
  if (!status)
    status = MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &local);
  if (!status) status = MPI_Comm_size(local, local_size);
  if (!status) status = MPI_Comm_free(&local);
  return status;
}

int cmpi_is_joined(void) {
  int has_joined = 0, has_left = 0;
  if (MPI_Initialized(&has_joined) || MPI_Finalized(&has_left)) return 0;
  return has_joined && !has_left;
}

int cmpi_finish(void) {
  const int status = cmpi_wait_for_all();
  return status ? status : MPI_Finalize();
}

void cmpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

int cmpi_wait_for_all(void) {
  MPI_Request request;
  int status = MPI_Ibarrier(MPI_COMM_WORLD, &request);
  int is_done = 0;
  const int64_t begin = now();
  while (!status && !is_done) {
    status = MPI_Test(&request, &is_done, MPI_STATUS_IGNORE);
    if (!status && !is_done) rest(begin);
  }
  return status;
}

int cmpi_sum(float *values, int64_t count) {
  int status = cmpi_wait_for_all();
  for (int64_t done = 0; !status && done < count; done += PIECE) {
    const int64_t left = count - done;
    status = MPI_Allreduce(
        MPI_IN_PLACE, values + done, (int)(left < PIECE ? left : PIECE), MPI_FLOAT, MPI_SUM,
        MPI_COMM_WORLD);
  }
  return status;
}

int cmpi_broadcast(void *bytes, int64_t count, int root) {
  int status = cmpi_wait_for_all();
  for (int64_t done = 0; !status && done < count; done += PIECE) {
    const int64_t left = count - done;
    status = MPI_Bcast(
        (char *)bytes + done, (int)(left < PIECE ? left : PIECE), MPI_BYTE, root, MPI_COMM_WORLD);
  }
  return status;
}

int cmpi_send(int to, int tag, const void *bytes, int64_t count) {
  if (count > INT_MAX) return MPI_ERR_COUNT;
  return MPI_Send(bytes, (int)count, MPI_BYTE, to, tag, MPI_COMM_WORLD);
}

int cmpi_look(int tag, int *from, int64_t *count) {
  int is_there = 0, bytes = 0;
  MPI_Status found;
  int status = MPI_Iprobe(MPI_ANY_SOURCE, tag, MPI_COMM_WORLD, &is_there, &found);
  *from = -1;
  *count = 0;
  if (status || !is_there) return status;
  status = MPI_Get_count(&found, MPI_BYTE, &bytes);
  *from = found.MPI_SOURCE;
  *count = bytes;
  return status;
}

int cmpi_receive(int from, int tag, void *bytes, int64_t count) {
  return MPI_Recv(bytes, (int)count, MPI_BYTE, from, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

void cmpi_message(int status, char *buffer) {
  char text[MPI_MAX_ERROR_STRING];
  int length = 0;
  if (MPI_Error_string(status, text, &length)) length = 0;
  snprintf(buffer, CMPI_MESSAGE, "%.*s", length, text);
}

#endif
