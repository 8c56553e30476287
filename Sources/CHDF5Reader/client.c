// The caller's side: sockets with deadlines, and the conversation with the nursery.
#include "nursery.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// The nursery answers in microseconds; only a machine in trouble takes longer.
static const int64_t nursery_patience = 10000;

int64_t reader_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Waits until `socket` is ready for `events`.
static int await(int socket, short events, int64_t deadline) {
    for (;;) {
        int64_t left = deadline - reader_now();
        if (left <= 0) return READER_TIMED_OUT;
        struct pollfd entry = {.fd = socket, .events = events};
        int ready = poll(&entry, 1, left > 60000 ? 60000 : (int)left);
        if (ready > 0) return 0;
        if (ready < 0 && errno != EINTR) return errno;
    }
}

static bool is_gone(int error) { return error == EPIPE || error == ECONNRESET; }

int reader_send(int socket, const void *bytes, size_t count, int64_t deadline) {
    const char *from = bytes;
    while (count > 0) {
        ssize_t sent = send(socket, from, count, MSG_DONTWAIT | READER_NO_SIGPIPE);
        if (sent >= 0) {
            from += sent;
            count -= (size_t)sent;
        } else if (is_gone(errno)) {
            return READER_ENDED;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
            int waited = await(socket, POLLOUT, deadline);
            if (waited != 0) return waited;
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

int reader_receive(int socket, void *bytes, size_t count, int64_t deadline) {
    char *to = bytes;
    while (count > 0) {
        ssize_t got = recv(socket, to, count, MSG_DONTWAIT);
        if (got > 0) {
            to += got;
            count -= (size_t)got;
        } else if (got == 0 || is_gone(errno)) {
            return READER_ENDED;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            int waited = await(socket, POLLIN, deadline);
            if (waited != 0) return waited;
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

static int order(int control, nursery_operation operation, int32_t reader) {
    nursery_order message = {.operation = operation, .reader = reader};
    return reader_send(control, &message, sizeof message, reader_now() + nursery_patience);
}

int reader_adopt(int control, int *socket, int32_t *reader) {
    int failure = order(control, NURSERY_ADOPT, 0);
    if (failure == 0) failure = await(control, POLLIN, reader_now() + nursery_patience);
    if (failure != 0) return failure;

    nursery_answer answer;
    struct iovec part = {.iov_base = &answer, .iov_len = sizeof answer};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } ancillary;
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = ancillary.space,
        .msg_controllen = sizeof ancillary.space,
    };
    ssize_t got = recvmsg(control, &message, READER_CLOSE_ON_EXEC);
    if (got == 0 || (got < 0 && is_gone(errno))) return READER_ENDED;
    if (got < 0) return errno;
    if (got != sizeof answer) return EPROTO;
    if (answer.failure != 0) return answer.failure;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header == NULL || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof(int))) {
        order(control, NURSERY_DISMISS, answer.reader);
        return EMFILE;  // the kernel drops a descriptor that finds no room
    }
    memcpy(socket, CMSG_DATA(header), sizeof *socket);
    reader_quiet_socket(*socket);
    *reader = answer.reader;
    return 0;
}

int reader_dismiss(int control, int32_t reader) { return order(control, NURSERY_DISMISS, reader); }

int reader_autopsy(int control, int32_t reader, int32_t *status) {
    int failure = order(control, NURSERY_AUTOPSY, reader);
    nursery_answer answer;
    if (failure == 0) {
        failure = reader_receive(control, &answer, sizeof answer, reader_now() + nursery_patience);
    }
    if (failure == 0) *status = answer.status;
    return failure;
}

void reader_nursery_stop(int control, pid_t nursery) {
    close(control);
    kill(-nursery, SIGKILL);
    while (waitpid(nursery, NULL, 0) < 0 && errno == EINTR) {
    }
}

int32_t reader_signal(int32_t status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }
