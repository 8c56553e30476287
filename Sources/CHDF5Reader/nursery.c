// The process that raises readers. It is forked once, early, while the caller is small; every later fork is of this
// small single-threaded process, so the caller's threads, memory and at-fork handlers are never met again.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "nursery.h"

#include "guard.h"
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NURSERY_SPARES = 2 };

typedef struct {
    int socket;  // the caller's end
    pid_t process;
} spare_reader;

void reader_quiet_socket(int socket) {
    fcntl(socket, F_SETFD, FD_CLOEXEC);
#ifdef SO_NOSIGPIPE
    int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof yes);
#endif
}

int reader_socket_pair(int pair[2]) {
#ifdef SOCK_CLOEXEC
    int kind = SOCK_STREAM | SOCK_CLOEXEC;
#else
    int kind = SOCK_STREAM;
#endif
    if (socketpair(AF_UNIX, kind, 0, pair) != 0) return errno;
    reader_quiet_socket(pair[0]);
    reader_quiet_socket(pair[1]);
    return 0;
}

int reader_nursery_start(int *control, pid_t *nursery) {
    int pair[2];
    int failure = reader_socket_pair(pair);
    if (failure != 0) return failure;
    pid_t process = fork();
    if (process == 0) {
        guard_identity();
        guard_descriptors(pair[1]);
        nursery_run(3);
    }
    failure = errno;
    close(pair[1]);
    if (process < 0) {
        close(pair[0]);
        return failure;
    }
    setpgid(process, process);
    *control = pair[0];
    *nursery = process;
    return 0;
}

static int raise_reader(spare_reader *spare, uint64_t address_space) {
    int pair[2];
    int failure = reader_socket_pair(pair);
    if (failure != 0) return failure;
    pid_t nursery = getpid();
    pid_t process = fork();
    if (process == 0) {
        guard_descriptors(pair[1]);
        guard_reader(nursery);
        reader_serve(3, address_space);
    }
    failure = errno;
    close(pair[1]);
    if (process < 0) {
        close(pair[0]);
        return failure;
    }
    spare->socket = pair[0];
    spare->process = process;
    return 0;
}

static void hand_over(int control, const spare_reader *spare, int failure) {
    nursery_answer answer = {.reader = failure == 0 ? spare->process : 0, .failure = failure};
    struct iovec part = {.iov_base = &answer, .iov_len = sizeof answer};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } ancillary;
    memset(&ancillary, 0, sizeof ancillary);
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (failure == 0) {
        message.msg_control = ancillary.space;
        message.msg_controllen = sizeof ancillary.space;
        ancillary.header.cmsg_level = SOL_SOCKET;
        ancillary.header.cmsg_type = SCM_RIGHTS;
        ancillary.header.cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(&ancillary.header), &spare->socket, sizeof(int));
    }
    if (sendmsg(control, &message, READER_NO_SIGPIPE) != sizeof answer) _exit(0);
    if (failure == 0) close(spare->socket);
}

// A reader whose socket has ended is as good as dead; one that is not after 200 ms is made so. One of an earlier nursery
// was killed with it.
static int32_t autopsy(pid_t reader) {
    int status = SIGKILL;
    for (int attempt = 0; attempt < 200; attempt++) {
        pid_t found = waitpid(reader, &status, WNOHANG);
        if (found == reader) return status;
        if (found < 0 && errno != EINTR) return SIGKILL;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    kill(reader, SIGKILL);
    waitpid(reader, &status, 0);
    return status;
}

static bool is_order_waiting(int control) {
    struct pollfd entry = {.fd = control, .events = POLLIN};
    return poll(&entry, 1, 0) > 0;
}

void nursery_run(int control) {
    // Initialised here, all readers inherit a library that is ready.
    H5open();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    H5PLset_loading_state(0);
    session_prepare_rehearsal();
    session_rehearse();
    uint64_t address_space = guard_address_space();

    spare_reader spares[NURSERY_SPARES];
    int count = 0;
    pid_t dying = 0;
    for (;;) {
        // The next reader is raised while the caller is busy with the last one.
        while (count == 0 || (count < NURSERY_SPARES && !is_order_waiting(control))) {
            if (raise_reader(&spares[count], address_space) != 0) break;
            count++;
        }

        nursery_order message;
        ssize_t got = recv(control, &message, sizeof message, MSG_WAITALL);
        if (got < 0 && errno == EINTR) continue;
        if (got != sizeof message) _exit(0);
        switch (message.operation) {
        case NURSERY_ADOPT: {
            int failure = count > 0 ? 0 : raise_reader(&spares[count++], address_space);
            // The oldest, which has rehearsed.
            hand_over(control, &spares[0], failure);
            memmove(spares, spares + 1, (size_t)--count * sizeof *spares);
            break;
        }
        case NURSERY_DISMISS:
            // Taking a process down takes a while; nobody waits for it but the next one.
            if (dying > 0) waitpid(dying, NULL, 0);
            dying = 0;
            // Only a child that is still there: the number of one whose autopsy is done may belong to anybody by now.
            if (message.reader > 0 && waitpid(message.reader, NULL, WNOHANG) == 0) {
                kill(message.reader, SIGKILL);
                dying = message.reader;
            }
            break;
        case NURSERY_AUTOPSY: {
            nursery_answer answer = {.reader = message.reader, .status = autopsy(message.reader)};
            if (send(control, &answer, sizeof answer, READER_NO_SIGPIPE) != sizeof answer) _exit(0);
            break;
        }
        }
    }
}
