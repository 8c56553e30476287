// A reader's view of its file.
#pragma once

#include "CHDF5ReaderProtocol.h"

// The 1.10 names also with newer libraries.
#ifndef H5_USE_110_API
#define H5_USE_110_API
#endif
#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    haddr_t address;  // objects are only ever opened by the address of a hard link, so no other link is followed
    reader_object_kind kind;
    reader_class element;
    reader_problem problem;
} session_object;

typedef struct {
    int socket;
    hid_t file;
    void *image;  // kept from file to file, so that its pages are there already
    uint64_t image_room;
    uint64_t image_bytes;
    reader_limits limits;
    session_object *objects;
    uint32_t count;
    uint32_t room;
} session;

typedef struct {
    char *bytes;
    size_t count;
    size_t room;
} byte_buffer;

bool buffer_append(byte_buffer *buffer, const void *bytes, size_t count);

typedef struct {
    reader_problem problem;
    uint64_t detail;
} verdict;

#define ACCEPTED ((verdict){READER_NO_PROBLEM, 0})
#define REFUSED(why, number) ((verdict){(why), (uint64_t)(number)})

/// What a dataset is, as far as the walk and the readers need it.
typedef struct {
    reader_class element;
    uint8_t element_bytes;
    uint8_t rank;
    hsize_t dimensions[H5S_MAX_RANK];
} dataset_shape;

/// Makes, and reads, the file of the rehearsal.
void session_prepare_rehearsal(void);
void session_rehearse(void);

/// Sends data frames, in a rehearsal (without a socket) to nobody; ends the process when nobody listens any more.
void session_send(session *reader, const void *bytes, size_t count);

/// Fills `toc` and the session's objects.
verdict session_walk(session *reader, byte_buffer *toc);

/// Whether `dataset` may be read, and its shape; dimensions are valid even for a refused one, as far as known.
verdict dataset_check(session *reader, hid_t dataset, dataset_shape *shape);

/// Answers by data frames.
verdict read_numbers(session *reader, const reader_request *request);
verdict read_strings(session *reader, const reader_request *request);
verdict read_attribute_strings(session *reader, const reader_request *request, const char *name);
verdict read_attribute_numbers(session *reader, const reader_request *request, const char *name);

/// Opens object number `index` of the table of contents.
hid_t session_open_object(session *reader, uint32_t index);

/// What the type holds, by class.
reader_class type_class(hid_t type);

/// a * b * ... with UINT64_MAX for "too large".
uint64_t saturating_product(uint64_t a, uint64_t b);
uint64_t element_count(const hsize_t *dimensions, int rank);

bool is_utf8(const char *text, size_t count);
