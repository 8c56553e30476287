// Between the caller and the nursery; and what both sides need of sockets.
#pragma once

#include "CHDF5Reader.h"

#include <sys/socket.h>

typedef enum : uint32_t { NURSERY_ADOPT = 1, NURSERY_DISMISS, NURSERY_AUTOPSY } nursery_operation;

typedef struct {
    nursery_operation operation;
    int32_t reader;
} nursery_order;

typedef struct {
    int32_t reader;
    int32_t failure;  // errno
    int32_t status;   // waitpid's
    int32_t reserved;
} nursery_answer;

// A write to a reader that has died must be an error, not a signal that ends the caller.
#ifdef MSG_NOSIGNAL
#define READER_NO_SIGPIPE MSG_NOSIGNAL
#else
#define READER_NO_SIGPIPE 0
#endif

#ifdef MSG_CMSG_CLOEXEC
#define READER_CLOSE_ON_EXEC MSG_CMSG_CLOEXEC
#else
#define READER_CLOSE_ON_EXEC 0
#endif

/// Makes a pair of connected sockets, both closed on exec and without SIGPIPE.
int reader_socket_pair(int pair[2]);
void reader_quiet_socket(int socket);

/// The life of the nursery: never returns.
_Noreturn void nursery_run(int control);

/// The life of a reader: never returns.
_Noreturn void reader_serve(int socket, uint64_t address_space);
