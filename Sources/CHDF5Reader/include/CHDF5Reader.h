// Reading HDF5 in a child process, because libhdf5 crashes on damaged files.
//
//     caller ──control socket──▶ nursery ──fork──▶ reader (one per file, waits in readiness)
//        └────────────────── a socket of its own ─────┘
//
// The nursery is forked once from the caller. It keeps a spare reader ready and hands the caller the reader's socket;
// from then on the two talk directly. A reader serves one file and is thrown away, so a hostile file meets nobody else.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "CHDF5ReaderProtocol.h"

/// What a function of the caller's side answers: 0, one of these, or a positive errno.
#define READER_ENDED (-1)  // the other side is gone
#define READER_TIMED_OUT (-2)

/// Forks the nursery. No other thread may be inside libhdf5 meanwhile. The nursery ends when `control` is closed.
int reader_nursery_start(int *control, pid_t *nursery);

/// Closes the control socket, kills whatever is left of the nursery and its readers, and reaps it.
void reader_nursery_stop(int control, pid_t nursery);

/// Takes a fresh reader: its socket and its process id (known to the nursery only).
int reader_adopt(int control, int *socket, int32_t *reader);

/// Ends a reader; the nursery reaps it.
int reader_dismiss(int control, int32_t reader);

/// Asks why a reader is gone: `status` is what waitpid said.
int reader_autopsy(int control, int32_t reader, int32_t *status);

/// Milliseconds of a clock that never goes back, for deadlines.
int64_t reader_now(void);

/// Sends or receives all `count` bytes before `deadline`.
int reader_send(int socket, const void *bytes, size_t count, int64_t deadline);
int reader_receive(int socket, void *bytes, size_t count, int64_t deadline);

/// The signal number in a waitpid status, or 0.
int32_t reader_signal(int32_t status);
