// The life of a reader: a file, any number of requests, and so on until the end.
#include "guard.h"
#include "nursery.h"
#include "session.h"

#include <errno.h>
#include <hdf5_hl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void send_all(int socket, const void *bytes, size_t count) {
    const char *from = bytes;
    while (count > 0) {
        ssize_t sent = send(socket, from, count, READER_NO_SIGPIPE);
        if (sent < 0 && errno == EINTR) continue;
        // Never exit(): libhdf5 would close the file on the way, which crashes on damaged ones.
        if (sent < 0) _exit(0);
        from += sent;
        count -= (size_t)sent;
    }
}

static void receive_all(int socket, void *bytes, size_t count) {
    char *to = bytes;
    while (count > 0) {
        ssize_t got = recv(socket, to, count, MSG_WAITALL);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) _exit(0);
        to += got;
        count -= (size_t)got;
    }
}

void session_send(session *reader, const void *bytes, size_t count) {
    if (reader->socket < 0) return;
    const char *from = bytes;
    while (count > 0) {
        size_t now = count < READER_FRAME_BYTES ? count : READER_FRAME_BYTES;
        reader_frame frame = {.kind = READER_DATA, .length = now};
        send_all(reader->socket, &frame, sizeof frame);
        send_all(reader->socket, from, now);
        from += now;
        count -= now;
    }
}

static void finish(session *reader, verdict outcome) {
    reader_frame frame = {
        .kind = outcome.problem == READER_NO_PROBLEM ? READER_END : READER_REFUSED,
        .problem = outcome.problem,
        .detail = outcome.detail,
    };
    send_all(reader->socket, &frame, sizeof frame);
}

hid_t session_open_object(session *reader, uint32_t index) {
    if (index >= reader->count || reader->objects[index].address == HADDR_UNDEF) return H5I_INVALID_HID;
    return H5Oopen_by_addr(reader->file, reader->objects[index].address);
}

static void discard(int socket, uint64_t count) {
    char scratch[65536];
    while (count > 0) {
        size_t now = count < sizeof scratch ? count : sizeof scratch;
        receive_all(socket, scratch, now);
        count -= now;
    }
}

static bool make_room(session *reader, uint64_t count) {
    if (reader->image != NULL && reader->image_room >= count) return true;
    if (reader->image != NULL) munmap(reader->image, reader->image_room);
    reader->image_room = count == 0 ? 1 : count;
    reader->image = mmap(NULL, reader->image_room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (reader->image == MAP_FAILED) reader->image = NULL;
    return reader->image != NULL;
}

static void close_file(session *reader) {
    // A file that cannot be closed leaves a library that nobody should trust.
    if (reader->file < 0 || H5Fclose(reader->file) < 0) _exit(0);
    reader->file = H5I_INVALID_HID;
    reader->count = 0;
}

static verdict open_file(session *reader, const reader_request *request, uint64_t address_space) {
    if (request->payload < sizeof reader->limits) return REFUSED(READER_BAD_REQUEST, 0);
    receive_all(reader->socket, &reader->limits, sizeof reader->limits);
    uint64_t count = request->payload - sizeof reader->limits;
    // Enough for the image, what libhdf5 copies of it, and a chunk inflated; too little for a bomb.
    guard_memory(address_space, 4 * count + ((uint64_t)1 << 30));
    reader->image_bytes = count;
    if (!make_room(reader, count)) {
        discard(reader->socket, count);
        return REFUSED(READER_OUT_OF_MEMORY, count);
    }
    void *image = reader->image;
    receive_all(reader->socket, image, count);
    reader->file = H5LTopen_file_image(image, count, H5LT_FILE_IMAGE_DONT_COPY | H5LT_FILE_IMAGE_DONT_RELEASE);
    if (reader->file < 0) return REFUSED(READER_NOT_OPENED, 0);
    byte_buffer toc = {0};
    verdict outcome = session_walk(reader, &toc);
    if (outcome.problem == READER_NO_PROBLEM) session_send(reader, toc.bytes, toc.count);
    free(toc.bytes);
    return outcome;
}

static verdict read_attribute(session *reader, const reader_request *request) {
    char name[65536];
    if (request->payload >= sizeof name) {
        discard(reader->socket, request->payload);
        return REFUSED(READER_BAD_REQUEST, 0);
    }
    receive_all(reader->socket, name, request->payload);
    name[request->payload] = '\0';
    return request->operation == READER_ATTRIBUTE_STRINGS ? read_attribute_strings(reader, request, name)
                                                          : read_attribute_numbers(reader, request, name);
}

void reader_serve(int socket, uint64_t address_space) {
    session_rehearse();
    session reader = {.socket = socket, .file = H5I_INVALID_HID};
    for (;;) {
        reader_request request;
        receive_all(socket, &request, sizeof request);
        if (request.operation == READER_CLOSE) {
            guard_effort(0);
            close_file(&reader);
            continue;
        }
        verdict outcome = REFUSED(READER_BAD_REQUEST, 0);
        bool is_open = reader.file >= 0;
        // libhdf5 follows some damaged structures for ever.
        guard_effort(is_open ? 0 : request.payload);
        switch (request.operation) {
        case READER_OPEN:
            if (!is_open) outcome = open_file(&reader, &request, address_space);
            break;
        case READER_NUMBERS:
            if (is_open) outcome = read_numbers(&reader, &request);
            break;
        case READER_STRINGS:
            if (is_open) outcome = read_strings(&reader, &request);
            break;
        case READER_ATTRIBUTE_STRINGS:
        case READER_ATTRIBUTE_NUMBERS:
            if (!is_open) _exit(0);
            outcome = read_attribute(&reader, &request);
            break;
        }
        finish(&reader, outcome);
    }
}
