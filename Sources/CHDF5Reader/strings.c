// Strings of datasets and attributes, and the numbers of attributes.
#include "session.h"

#include <stdlib.h>
#include <string.h>

// One answer of strings, bounded, sent in the end.
typedef struct {
    byte_buffer bytes;
    uint64_t limit;
    verdict outcome;
} string_list;

static void add(string_list *list, const char *text, size_t count) {
    uint32_t length = (uint32_t)count;
    if (list->outcome.problem != READER_NO_PROBLEM) return;
    if (count > UINT32_MAX || list->bytes.count + sizeof length + count > list->limit) {
        list->outcome = REFUSED(READER_TOO_LARGE, list->bytes.count + count);
    } else if (!buffer_append(&list->bytes, &length, sizeof length) || !buffer_append(&list->bytes, text, count)) {
        list->outcome = REFUSED(READER_OUT_OF_MEMORY, count);
    }
}

// Fixed-length strings: null-terminated ones end at the first NUL, padded ones before their padding.
static size_t trimmed(const char *text, size_t size, H5T_str_t padding) {
    if (padding == H5T_STR_NULLTERM) return strnlen(text, size);
    char pad = padding == H5T_STR_SPACEPAD ? ' ' : '\0';
    while (size > 0 && text[size - 1] == pad) size--;
    return size;
}

// Reads `count` elements of `source` (a dataset or an attribute) in the type they are stored in: converting to
// another character set has no conversion path.
static verdict read_all(session *reader, hid_t source, bool is_attribute, hid_t type, uint64_t count, uint64_t limit) {
    size_t size = H5Tget_size(type);
    bool is_variable = H5Tis_variable_str(type) > 0;
    uint64_t bytes = saturating_product(count, size);
    if (bytes > limit) return REFUSED(READER_TOO_LARGE, bytes);
    char *values = calloc(1, bytes);
    if (values == NULL) return REFUSED(READER_OUT_OF_MEMORY, bytes);
    herr_t status = is_attribute ? H5Aread(source, type, values)
                                 : H5Dread(source, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    string_list list = {.limit = limit, .outcome = status < 0 ? REFUSED(READER_READ_FAILED, 0) : ACCEPTED};
    H5T_str_t padding = H5Tget_strpad(type);
    for (uint64_t i = 0; i < count && list.outcome.problem == READER_NO_PROBLEM; i++) {
        if (is_variable) {
            // Left to the end of the process: reclaiming is one more walk through what a damaged file may have spoilt.
            const char *text = ((char **)values)[i];
            add(&list, text == NULL ? "" : text, text == NULL ? 0 : strlen(text));
        } else {
            add(&list, values + i * size, trimmed(values + i * size, size, padding));
        }
    }
    if (list.outcome.problem == READER_NO_PROBLEM) session_send(reader, list.bytes.bytes, list.bytes.count);
    free(list.bytes.bytes);
    free(values);
    return list.outcome;
}

verdict read_strings(session *reader, const reader_request *request) {
    hid_t dataset = session_open_object(reader, request->object);
    if (dataset < 0) return REFUSED(READER_BAD_REQUEST, 0);
    dataset_shape shape = {0};
    verdict outcome = dataset_check(reader, dataset, &shape);
    uint64_t count = element_count(shape.dimensions, shape.rank);
    if (outcome.problem == READER_NO_PROBLEM && count > 0) {
        hid_t type = H5Dget_type(dataset);
        outcome = shape.element != READER_IS_STRING
            ? REFUSED(READER_WRONG_TYPE, shape.element)
            : read_all(reader, dataset, false, type, count, reader->limits.dataset_bytes);
        if (type >= 0) H5Tclose(type);
    }
    H5Oclose(dataset);
    return outcome;
}

typedef struct {
    hid_t object;
    hid_t attribute;
    hid_t type;
    reader_class element;
    uint64_t count;
} open_attribute;

static verdict attribute_open(session *reader, uint32_t index, const char *name, open_attribute *found) {
    *found = (open_attribute){H5I_INVALID_HID, H5I_INVALID_HID, H5I_INVALID_HID, READER_OTHER, 0};
    found->object = session_open_object(reader, index);
    if (found->object < 0) return REFUSED(READER_BAD_REQUEST, 0);
    htri_t exists = H5Aexists(found->object, name);
    if (exists == 0) return REFUSED(READER_NO_ATTRIBUTE, 0);
    if (exists > 0) found->attribute = H5Aopen(found->object, name, H5P_DEFAULT);
    if (found->attribute >= 0) found->type = H5Aget_type(found->attribute);
    hid_t space = found->type < 0 ? H5I_INVALID_HID : H5Aget_space(found->attribute);
    if (space < 0) return REFUSED(READER_READ_FAILED, 0);
    hsize_t dimensions[H5S_MAX_RANK] = {0};
    int rank = H5Sget_simple_extent_ndims(space);
    if (H5Sget_simple_extent_type(space) == H5S_NULL) {
        found->count = 0;
    } else if (rank >= 0 && rank <= H5S_MAX_RANK) {
        H5Sget_simple_extent_dims(space, dimensions, NULL);
        found->count = element_count(dimensions, rank);
    }
    H5Sclose(space);
    if (rank < 0 || rank > H5S_MAX_RANK) return REFUSED(READER_READ_FAILED, 0);
    found->element = type_class(found->type);
    uint64_t bytes = saturating_product(found->count, H5Tget_size(found->type));
    if (bytes > reader->limits.attribute_bytes) return REFUSED(READER_TOO_LARGE, bytes);
    return ACCEPTED;
}

static void attribute_close(open_attribute *open) {
    if (open->type >= 0) H5Tclose(open->type);
    if (open->attribute >= 0) H5Aclose(open->attribute);
    if (open->object >= 0) H5Oclose(open->object);
}

verdict read_attribute_strings(session *reader, const reader_request *request, const char *name) {
    open_attribute found;
    verdict outcome = attribute_open(reader, request->object, name, &found);
    // An empty list has no element to tell its type: h5py stores [] as float64.
    if (outcome.problem == READER_NO_PROBLEM && found.count > 0) {
        outcome = found.element != READER_IS_STRING
            ? REFUSED(READER_WRONG_TYPE, found.element)
            : read_all(reader, found.attribute, true, found.type, found.count, reader->limits.attribute_bytes);
    }
    attribute_close(&found);
    return outcome;
}

verdict read_attribute_numbers(session *reader, const reader_request *request, const char *name) {
    open_attribute found;
    verdict outcome = attribute_open(reader, request->object, name, &found);
    if (outcome.problem == READER_NO_PROBLEM && found.count > 0) {
        uint64_t bytes = saturating_product(found.count, sizeof(double));
        bool is_number = found.element == READER_IS_FLOAT || found.element == READER_IS_INTEGER;
        double *values = is_number && bytes <= 8 * reader->limits.attribute_bytes ? calloc(1, bytes) : NULL;
        if (!is_number) {
            outcome = REFUSED(READER_WRONG_TYPE, found.element);
        } else if (values == NULL) {
            outcome = REFUSED(READER_OUT_OF_MEMORY, bytes);
        } else if (H5Aread(found.attribute, H5T_NATIVE_DOUBLE, values) < 0) {
            outcome = REFUSED(READER_READ_FAILED, 0);
        } else {
            session_send(reader, values, bytes);
        }
        free(values);
    }
    attribute_close(&found);
    return outcome;
}
