#pragma once

// A gnuplot child process behind gnuplot-iostream. The script itself is a file that gnuplot loads; only single lines that
// Fovea writes itself go through the stream, never text from a file or a user.

#ifdef __cplusplus
extern "C" {
#endif

/// A running gnuplot. One thread at a time may use it.
typedef struct FoveaGnuplotSession FoveaGnuplotSession;

/// How a session ended.
enum FoveaGnuplotEnd {
  /// gnuplot exited; the code is its exit status.
  FoveaGnuplotExited = 0,
  /// A signal ended gnuplot; the code is the signal's number.
  FoveaGnuplotSignalled = 1,
  /// gnuplot was killed because time ran out.
  FoveaGnuplotTimedOut = 2,
  /// The session was already finished, or the process could not be waited for; the code is an errno.
  FoveaGnuplotFailed = 3,
};

/// Starts `executable -d` without a shell in `directory`, with an environment of its own.
///
/// Returns NULL if it could not be started, with the errno in `error`.
FoveaGnuplotSession *fovea_gnuplot_open(const char *executable, const char *directory, int *error);

/// Sends one line (without line break, at most 1,000 bytes). Returns 0, or an errno: EINVAL for another line, EPIPE if
/// gnuplot has gone.
int fovea_gnuplot_send(FoveaGnuplotSession *session, const char *line);

/// Closes gnuplot's input and waits until it ends, or kills it after `seconds`.
enum FoveaGnuplotEnd fovea_gnuplot_finish(FoveaGnuplotSession *session, double seconds, int *code);

/// The first 16 KiB that gnuplot printed, which lives as long as the session.
const char *fovea_gnuplot_output(const FoveaGnuplotSession *session);

/// Frees the session; a gnuplot that still runs is killed.
void fovea_gnuplot_close(FoveaGnuplotSession *session);

#ifdef __cplusplus
}
#endif
