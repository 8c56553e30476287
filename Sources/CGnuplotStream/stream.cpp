#include <cassert>

#include <gnuplot-iostream.h>

#include "CGnuplotStream.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t maximumLine = 1000;
constexpr size_t maximumOutput = 16 * 1024;

/// A file descriptor that is closed once.
struct Descriptor {
  int value = -1;
  Descriptor() = default;
  explicit Descriptor(int value) : value(value) {}
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;
  ~Descriptor() { close(); }
  void close() {
    if (value >= 0) ::close(value);
    value = -1;
  }
};

bool makePipe(Descriptor &reading, Descriptor &writing) {
  int ends[2];
#ifdef __linux__
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
#else
  if (pipe(ends) != 0) return false;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
#endif
  reading.value = ends[0];
  writing.value = ends[1];
  return true;
}

/// Keeps SIGPIPE from this thread while it writes, and swallows the one that the write caused.
///
/// The process' own handler stays as it is, so no other thread notices.
class PipeSignalGuard {
 public:
  PipeSignalGuard() {
    sigemptyset(&pipeOnly);
    sigaddset(&pipeOnly, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    wasPending = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipeOnly, &before);
  }
  ~PipeSignalGuard() {
    sigset_t pending;
    sigpending(&pending);
    if (!wasPending && sigismember(&pending, SIGPIPE) == 1) {
      int signal = 0;
      sigwait(&pipeOnly, &signal);
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

 private:
  sigset_t pipeOnly, before;
  bool wasPending;
};

/// What gnuplot needs from ours, and a locale in which numbers have a point and text is UTF-8.
std::vector<std::string> childEnvironment() {
  std::vector<std::string> environment = {"LC_ALL=C.UTF-8"};
  for (const char *name : {"PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "GDFONTPATH"}) {
    if (const char *value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
  }
  return environment;
}

}  // namespace

struct FoveaGnuplotSession {
  pid_t process = -1;
  Descriptor output;
  std::unique_ptr<Gnuplot> stream;
  std::string captured;

  ~FoveaGnuplotSession() {
    endInput();
    if (process > 0) {
      kill(-process, SIGKILL);
      while (waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
  }

  void endInput() {
    PipeSignalGuard guard;
    stream.reset();
  }

  /// Reads what there is for at most `milliseconds`; keeps the first part, drops the rest.
  void drain(int milliseconds) {
    struct pollfd entry = {output.value, POLLIN, 0};
    if (output.value < 0) {
      poll(nullptr, 0, milliseconds);
      return;
    }
    if (poll(&entry, 1, milliseconds) <= 0) return;
    char buffer[4096];
    ssize_t count = read(output.value, buffer, sizeof buffer);
    if (count > 0) {
      captured.append(buffer, std::min<size_t>(count, maximumOutput - captured.size()));
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      output.close();
    }
  }
};

namespace {

pid_t spawn(const char *executable, const char *directory, int input, int output, int *error) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  posix_spawn_file_actions_addchdir_np(&actions, directory);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
#ifdef POSIX_SPAWN_CLOEXEC_DEFAULT
  flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
  posix_spawnattr_setflags(&attributes, flags);

  std::vector<std::string> environment = childEnvironment();
  std::vector<char *> environmentPointers;
  for (std::string &entry : environment) environmentPointers.push_back(entry.data());
  environmentPointers.push_back(nullptr);
  std::string name = "gnuplot", defaultsOnly = "-d";
  char *arguments[] = {name.data(), defaultsOnly.data(), nullptr};

  pid_t process = -1;
  int result = posix_spawn(&process, executable, &actions, &attributes, arguments, environmentPointers.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (result != 0) {
    *error = result;
    return -1;
  }
#ifdef __linux__
  // A script that goes wrong may not take the machine with it. A plot needs 45 MB; fonts are mapped on top.
  const struct rlimit memory = {4UL << 30, 4UL << 30}, size = {1UL << 30, 1UL << 30};
  prlimit(process, RLIMIT_AS, &memory, nullptr);
  prlimit(process, RLIMIT_FSIZE, &size, nullptr);
#endif
  return process;
}

}  // namespace

FoveaGnuplotSession *fovea_gnuplot_open(const char *executable, const char *directory, int *error) {
  *error = 0;
  try {
    if (executable[0] != '/') {
      *error = EINVAL;
      return nullptr;
    }
    auto session = std::make_unique<FoveaGnuplotSession>();
    Descriptor inputReading, inputWriting, outputWriting;
    if (!makePipe(inputReading, inputWriting) || !makePipe(session->output, outputWriting)) {
      *error = errno;
      return nullptr;
    }
    session->process = spawn(executable, directory, inputReading.value, outputWriting.value, error);
    if (session->process < 0) return nullptr;
    fcntl(session->output.value, F_SETFL, O_NONBLOCK);
    // gnuplot-iostream would hide the exit status behind its own pclose, so it gets a copy of the handle only.
    int copy = fcntl(inputWriting.value, F_DUPFD_CLOEXEC, 0);
    FILE *handle = copy < 0 ? nullptr : fdopen(copy, "w");
    if (!handle) {
      *error = errno;
      if (copy >= 0) ::close(copy);
      return nullptr;
    }
    session->stream = std::make_unique<Gnuplot>(handle);
    return session.release();
  } catch (const std::bad_alloc &) {
    *error = ENOMEM;
  } catch (...) {
    *error = EIO;
  }
  return nullptr;
}

int fovea_gnuplot_send(FoveaGnuplotSession *session, const char *line) {
  try {
    if (!session->stream) return EPIPE;
    size_t length = std::strlen(line);
    if (length > maximumLine || std::strpbrk(line, "\n\r")) return EINVAL;
    PipeSignalGuard guard;
    *session->stream << line << '\n' << std::flush;
    return session->stream->good() ? 0 : EPIPE;
  } catch (...) {
    return EPIPE;
  }
}

enum FoveaGnuplotEnd fovea_gnuplot_finish(FoveaGnuplotSession *session, double seconds, int *code) {
  *code = 0;
  try {
    if (session->process <= 0) {
      *code = ECHILD;
      return FoveaGnuplotFailed;
    }
    session->endInput();
    const auto deadline = Clock::now() + std::chrono::duration<double>(seconds);
    bool timedOut = false;
    while (true) {
      int status = 0;
      pid_t result = waitpid(session->process, &status, WNOHANG);
      if (result < 0 && errno != EINTR) {
        *code = errno;
        session->process = -1;
        return FoveaGnuplotFailed;
      }
      if (result == session->process) {
        session->process = -1;
        for (int i = 0; i < 64 && session->output.value >= 0; i++) session->drain(i == 0 ? 1 : 0);
        if (timedOut) return FoveaGnuplotTimedOut;
        *code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
        return WIFEXITED(status) ? FoveaGnuplotExited : FoveaGnuplotSignalled;
      }
      if (!timedOut && Clock::now() >= deadline) {
        kill(-session->process, SIGKILL);
        timedOut = true;
      }
      session->drain(5);
    }
  } catch (...) {
    *code = EIO;
    return FoveaGnuplotFailed;
  }
}

const char *fovea_gnuplot_output(const FoveaGnuplotSession *session) { return session->captured.c_str(); }

void fovea_gnuplot_close(FoveaGnuplotSession *session) {
  try {
    delete session;
  } catch (...) {
  }
}
