#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "guard.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

extern char **environ;

static void close_from(int first) {
#if defined(__linux__) && defined(SYS_close_range)
    if (syscall(SYS_close_range, first, ~0U, 0) == 0) return;
#endif
    long last = sysconf(_SC_OPEN_MAX);
    if (last < 0 || last > 65536) last = 65536;
    for (int descriptor = first; descriptor < last; descriptor++) close(descriptor);
}

void guard_descriptors(int kept) {
    if (kept != 3) dup2(kept, 3);
    int nowhere = open("/dev/null", O_RDWR);
    if (nowhere >= 0) {
        for (int descriptor = 0; descriptor < 3; descriptor++) dup2(nowhere, descriptor);
    } else {
        for (int descriptor = 0; descriptor < 3; descriptor++) close(descriptor);
    }
    close_from(4);
}

void guard_identity(void) {
    // Replacing `environ` and not unsetenv(): another thread of the caller may have held that lock when it was forked.
    static char *nothing[] = {NULL};
    environ = nothing;

    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);

    setpgid(0, 0);
#ifdef __linux__
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_NAME, "hdf5-reader", 0, 0, 0);
#endif
}

static void limit(int resource, rlim_t amount) {
    struct rlimit both;
    if (getrlimit(resource, &both) == 0 && both.rlim_max < amount) amount = both.rlim_max;
    both.rlim_cur = amount;
    both.rlim_max = amount;
    setrlimit(resource, &both);
}

void guard_reader(pid_t parent) {
#ifdef __linux__
    // Meant for a parent with one thread, such as the nursery: the signal comes when the *thread* that forked ends.
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent) _exit(0);
#else
    (void)parent;
#endif
    limit(RLIMIT_CPU, 600);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NOFILE, 0);
}

void guard_memory(uint64_t now, uint64_t more) {
    // Only the limit in force: the next file may be larger.
    struct rlimit both;
    if (getrlimit(RLIMIT_AS, &both) != 0) return;
    both.rlim_cur = (rlim_t)(now + more);
    if (both.rlim_max != RLIM_INFINITY && both.rlim_cur > both.rlim_max) both.rlim_cur = both.rlim_max;
    setrlimit(RLIMIT_AS, &both);
}

void guard_effort(uint64_t bytes) {
    struct itimerval timer;
    memset(&timer, 0, sizeof timer);
    timer.it_value.tv_sec = (time_t)(1 + bytes / 50000000);
    setitimer(ITIMER_PROF, &timer, NULL);
}

void guard_rest(void) {
    struct itimerval timer;
    memset(&timer, 0, sizeof timer);
    setitimer(ITIMER_PROF, &timer, NULL);
}

uint64_t guard_address_space(void) {
#ifdef __linux__
    char text[64] = {0};
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        ssize_t count = read(file, text, sizeof text - 1);
        close(file);
        if (count > 0) return strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
    }
#endif
    return (uint64_t)64 << 30;
}
