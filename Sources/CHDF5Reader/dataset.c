// Which datasets may be read, and reading their numbers.
#include "guard.h"
#include "session.h"

#include <stdlib.h>

reader_class type_class(hid_t type) {
    switch (H5Tget_class(type)) {
    case H5T_FLOAT: return READER_IS_FLOAT;
    case H5T_INTEGER: return READER_IS_INTEGER;
    case H5T_STRING: return READER_IS_STRING;
    case H5T_ENUM: {
        // numpy's booleans: an enumeration over one byte.
        hid_t base = H5Tget_super(type);
        bool is_boolean = base >= 0 && H5Tget_class(base) == H5T_INTEGER && H5Tget_size(base) == 1;
        if (base >= 0) H5Tclose(base);
        return is_boolean ? READER_IS_INTEGER : READER_OTHER;
    }
    default: return READER_OTHER;
    }
}

static verdict check_type(hid_t dataset, dataset_shape *shape, size_t *stored_size) {
    hid_t type = H5Dget_type(dataset);
    if (type < 0) return REFUSED(READER_DAMAGED, 0);
    size_t size = H5Tget_size(type);
    H5T_class_t class = H5Tget_class(type);
    shape->element = type_class(type);
    H5Tclose(type);
    *stored_size = size;
    if (shape->element == READER_OTHER) return REFUSED(READER_ELEMENT_TYPE, class);
    if (size == 0) return REFUSED(READER_ELEMENT_SIZE, size);
    if (shape->element == READER_IS_STRING) return ACCEPTED;
    shape->element_bytes = size > 255 ? 255 : (uint8_t)size;
    bool is_usual =
        shape->element == READER_IS_INTEGER ? size <= 8 : size == 2 || size == 4 || size == 8;
    return is_usual ? ACCEPTED : REFUSED(READER_ELEMENT_SIZE, size);
}

static verdict check_space(const session *reader, hid_t dataset, dataset_shape *shape) {
    hid_t space = H5Dget_space(dataset);
    if (space < 0) return REFUSED(READER_DAMAGED, 0);
    verdict found = ACCEPTED;
    int rank = H5Sget_simple_extent_ndims(space);
    H5S_class_t kind = H5Sget_simple_extent_type(space);
    if (rank < 0 || rank > H5S_MAX_RANK) {
        found = REFUSED(READER_DAMAGED, 0);
    } else if (kind == H5S_NULL) {
        shape->rank = 1;  // "no value at all": as good as an empty list
        shape->dimensions[0] = 0;
    } else {
        shape->rank = (uint8_t)rank;
        H5Sget_simple_extent_dims(space, shape->dimensions, NULL);
        if ((uint32_t)rank > reader->limits.rank) found = REFUSED(READER_RANK, rank);
    }
    H5Sclose(space);
    return found;
}

// Compact, contiguous or chunked, in this file, with filters that are known to be sound.
static verdict check_layout(hid_t properties) {
    switch (H5Pget_layout(properties)) {
    case H5D_COMPACT:
    case H5D_CONTIGUOUS:
    case H5D_CHUNKED: break;
    case H5D_VIRTUAL: return REFUSED(READER_VIRTUAL, 0);
    default: return REFUSED(READER_LAYOUT, 0);
    }
    if (H5Pget_external_count(properties) != 0) return REFUSED(READER_EXTERNAL_STORAGE, 0);
    int filters = H5Pget_nfilters(properties);
    if (filters < 0 || filters > 8) return REFUSED(READER_DAMAGED, 0);
    for (int number = 0; number < filters; number++) {
        unsigned flags;
        unsigned config;
        size_t values = 0;
        H5Z_filter_t filter = H5Pget_filter2(properties, (unsigned)number, &flags, &values, NULL, 0, NULL, &config);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32) {
            return REFUSED(READER_FILTER, filter);
        }
    }
    return ACCEPTED;
}

static verdict check_size(const session *reader, hid_t dataset, hid_t properties, const dataset_shape *shape,
                          size_t element_size) {
    const reader_limits *limits = &reader->limits;
    uint64_t elements = element_count(shape->dimensions, shape->rank);
    uint64_t bytes = saturating_product(elements, element_size);
    if (bytes > limits->dataset_bytes) return REFUSED(READER_TOO_LARGE, bytes);
    if (elements == 0) return ACCEPTED;
    uint64_t stored = H5Dget_storage_size(dataset);
    if (stored == 0) return REFUSED(READER_UNWRITTEN, 0);
    if (stored > reader->image_bytes) return REFUSED(READER_OUTSIDE_FILE, stored);
    if (H5Pget_layout(properties) == H5D_CONTIGUOUS) {
        haddr_t offset = H5Dget_offset(dataset);
        if (offset == HADDR_UNDEF) return REFUSED(READER_UNWRITTEN, 0);
        if (offset > reader->image_bytes - stored || stored < bytes) return REFUSED(READER_OUTSIDE_FILE, stored);
    }
    if (bytes > limits->generous_bytes && bytes / stored >= limits->growth) {
        return REFUSED(READER_TOO_DENSE, bytes / stored);
    }
    guard_effort(bytes);
    return ACCEPTED;
}

verdict dataset_check(session *reader, hid_t dataset, dataset_shape *shape) {
    size_t element_size = 0;
    verdict found = check_space(reader, dataset, shape);
    verdict of_type = check_type(dataset, shape, &element_size);
    if (found.problem == READER_NO_PROBLEM) found = of_type;
    if (found.problem != READER_NO_PROBLEM) return found;
    hid_t properties = H5Dget_create_plist(dataset);
    if (properties < 0) return REFUSED(READER_DAMAGED, 0);
    found = check_layout(properties);
    if (found.problem == READER_NO_PROBLEM) {
        found = check_size(reader, dataset, properties, shape, element_size);
    }
    H5Pclose(properties);
    return found;
}

static H5T_conv_ret_t refuse_overflow(H5T_conv_except_t what, hid_t from, hid_t to, void *source, void *target,
                                      void *context) {
    (void)from;
    (void)to;
    (void)source;
    (void)target;
    if (what != H5T_CONV_EXCEPT_RANGE_HI && what != H5T_CONV_EXCEPT_RANGE_LOW) return H5T_CONV_UNHANDLED;
    *(bool *)context = true;
    return H5T_CONV_ABORT;
}

// How many rows to read at once: some megabytes, and whole chunks, so that no chunk is inflated twice.
static hsize_t rows_at_once(hid_t dataset, const dataset_shape *shape, uint64_t row_bytes) {
    hsize_t rows = READER_FRAME_BYTES / (row_bytes == 0 ? 1 : row_bytes);
    hid_t properties = H5Dget_create_plist(dataset);
    if (properties >= 0 && H5Pget_layout(properties) == H5D_CHUNKED) {
        hsize_t chunk[H5S_MAX_RANK] = {1};
        H5Pget_chunk(properties, shape->rank, chunk);
        if (chunk[0] > 0) rows = rows < chunk[0] ? chunk[0] : rows - rows % chunk[0];
    }
    if (properties >= 0) H5Pclose(properties);
    return rows == 0 ? 1 : rows;
}

static verdict read_blocks(session *reader, hid_t dataset, const reader_request *request, const dataset_shape *shape,
                           hid_t memory_type, hid_t transfer, hsize_t rows) {
    uint64_t row_elements = shape->rank == 0 ? 1 : element_count(shape->dimensions + 1, shape->rank - 1);
    uint64_t row_bytes = row_elements * H5Tget_size(memory_type);
    hsize_t block = rows_at_once(dataset, shape, row_bytes);
    if (block > rows) block = rows;
    char *values = malloc(block * row_bytes);
    if (values == NULL) return REFUSED(READER_OUT_OF_MEMORY, block * row_bytes);
    hid_t space = H5Dget_space(dataset);
    verdict outcome = space < 0 ? REFUSED(READER_READ_FAILED, 0) : ACCEPTED;
    for (hsize_t done = 0; done < rows && outcome.problem == READER_NO_PROBLEM; done += block) {
        hsize_t now = rows - done < block ? rows - done : block;
        hsize_t start[H5S_MAX_RANK] = {request->first_row + done};
        hsize_t count[H5S_MAX_RANK];
        for (int axis = 0; axis < shape->rank; axis++) count[axis] = axis == 0 ? now : shape->dimensions[axis];
        hid_t memory = H5I_INVALID_HID;
        herr_t status = 0;
        if (shape->rank > 0) {
            memory = H5Screate_simple(shape->rank, count, NULL);
            status = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
        }
        if (status >= 0) {
            status = H5Dread(dataset, memory_type, shape->rank > 0 ? memory : H5S_ALL,
                             shape->rank > 0 ? space : H5S_ALL, transfer, values);
        }
        if (memory >= 0) H5Sclose(memory);
        if (status < 0) {
            outcome = REFUSED(READER_READ_FAILED, 0);
        } else {
            session_send(reader, values, now * row_bytes);
        }
    }
    if (space >= 0) H5Sclose(space);
    free(values);
    return outcome;
}

verdict read_numbers(session *reader, const reader_request *request) {
    hid_t dataset = session_open_object(reader, request->object);
    if (dataset < 0) return REFUSED(READER_BAD_REQUEST, 0);
    dataset_shape shape = {0};
    verdict outcome = dataset_check(reader, dataset, &shape);
    bool is_wrong = shape.element == READER_IS_STRING
        || (request->element == READER_INT64 && shape.element != READER_IS_INTEGER);
    if (outcome.problem == READER_NO_PROBLEM && is_wrong) outcome = REFUSED(READER_WRONG_TYPE, shape.element);
    hsize_t all_rows = shape.rank == 0 ? 1 : shape.dimensions[0];
    hsize_t rows = request->row_count == READER_ALL_ROWS ? all_rows : request->row_count;
    if (request->first_row > all_rows || rows > all_rows - request->first_row) {
        outcome = REFUSED(READER_BAD_ROWS, all_rows);
    }
    hid_t type = request->element == READER_FLOAT32 ? H5T_NATIVE_FLOAT
        : request->element == READER_FLOAT64        ? H5T_NATIVE_DOUBLE
                                                    : H5T_NATIVE_INT64;
    if (outcome.problem == READER_NO_PROBLEM && rows > 0 && element_count(shape.dimensions, shape.rank) > 0) {
        bool has_overflowed = false;
        hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
        if (request->element == READER_INT64) H5Pset_type_conv_cb(transfer, refuse_overflow, &has_overflowed);
        outcome = read_blocks(reader, dataset, request, &shape, type, transfer, rows);
        H5Pclose(transfer);
        if (has_overflowed) outcome = REFUSED(READER_OUT_OF_RANGE, 0);
    }
    H5Oclose(dataset);
    return outcome;
}
