// What the caller and a reader say to each other: fixed-size headers in native byte order (same machine, same binary).
#pragma once

#include <stdint.h>

#define READER_FRAME_BYTES (4u << 20)
#define READER_ALL_ROWS UINT64_MAX
#define READER_ROOT_PARENT UINT32_MAX

typedef enum : uint32_t {
    READER_OPEN = 1,           // payload: reader_limits, then the image of the file; answer: the table of contents
    READER_NUMBERS,            // a dataset's rows as `element`
    READER_STRINGS,            // a dataset's strings: uint32 length + bytes, each
    READER_ATTRIBUTE_STRINGS,  // payload: the attribute's name
    READER_ATTRIBUTE_NUMBERS,  // payload: the attribute's name; answer: doubles
    READER_CLOSE,              // lets go of the file, to be given another; no answer
} reader_operation;

typedef enum : uint32_t { READER_FLOAT32 = 1, READER_FLOAT64, READER_INT64 } reader_element;

typedef enum : uint32_t { READER_DATA = 1, READER_END, READER_REFUSED } reader_frame_kind;

typedef enum : uint8_t { READER_IS_GROUP = 1, READER_IS_DATASET, READER_IS_REFUSED } reader_object_kind;

typedef enum : uint8_t { READER_OTHER = 0, READER_IS_FLOAT, READER_IS_INTEGER, READER_IS_STRING } reader_class;

/// Why a file, an object or a request is refused; `detail` in the comments is the number that comes with it.
typedef enum : uint32_t {
    READER_NO_PROBLEM = 0,
    // The file.
    READER_NOT_OPENED,        // libhdf5 cannot open the image
    READER_OUT_OF_MEMORY,     // detail: bytes asked for
    READER_TOO_MANY_OBJECTS,  // detail: the limit
    READER_NAMES_TOO_LONG,    // all paths together; detail: the limit in bytes
    // An object in the table of contents.
    READER_SOFT_LINK,
    READER_EXTERNAL_LINK,
    READER_UNKNOWN_LINK,
    READER_BAD_NAME,
    READER_TOO_DEEP,      // detail: the limit
    READER_SEEN_BEFORE,   // a group under a second name; detail: index of the first
    READER_DAMAGED,
    READER_NOT_DATA,      // a named datatype or something newer
    READER_EXTERNAL_STORAGE,
    READER_VIRTUAL,
    READER_LAYOUT,
    READER_FILTER,        // detail: the filter's number
    READER_ELEMENT_TYPE,  // detail: H5T_class_t
    READER_ELEMENT_SIZE,  // detail: bytes
    READER_RANK,          // detail: rank
    READER_TOO_LARGE,     // detail: bytes, UINT64_MAX when they overflow
    READER_TOO_DENSE,     // detail: how many times its stored size it grows
    READER_UNWRITTEN,
    READER_OUTSIDE_FILE,  // detail: bytes it says it keeps
    // A request.
    READER_NO_ATTRIBUTE,
    READER_WRONG_TYPE,
    READER_READ_FAILED,
    READER_BAD_ROWS,
    READER_OUT_OF_RANGE,  // an unsigned integer too large for int64
    READER_BAD_REQUEST,
} reader_problem;

typedef struct {
    uint64_t dataset_bytes;    // of one dataset, as stored in memory
    uint64_t attribute_bytes;  // of one attribute
    uint64_t generous_bytes;   // below this, no growth is suspicious
    uint64_t growth;           // above it: at most so many times the stored size
    uint64_t objects;          // objects and attributes of a file
    uint64_t path_bytes;       // all paths of a file together
    uint32_t depth;
    uint32_t name_bytes;
    uint32_t rank;
    uint32_t reserved;
} reader_limits;

typedef struct {
    reader_operation operation;
    uint32_t object;  // index in the table of contents
    reader_element element;
    uint32_t reserved;
    uint64_t first_row;
    uint64_t row_count;
    uint64_t payload;  // bytes that follow
} reader_request;

/// An answer is any number of READER_DATA frames, then READER_END; or READER_REFUSED at any point.
typedef struct {
    reader_frame_kind kind;
    reader_problem problem;
    uint64_t detail;
    uint64_t length;  // bytes that follow: at most READER_FRAME_BYTES, and 0 but for READER_DATA
} reader_frame;

/// One object of the table of contents; then come `rank` dimensions (uint64), the name, and for each attribute
/// a length (uint32) and its name. The first record is the root. Parents come before children.
typedef struct {
    uint32_t parent;
    reader_object_kind kind;
    reader_class element;
    uint8_t element_bytes;
    uint8_t rank;
    uint32_t name_bytes;
    uint32_t attributes;
    reader_problem problem;
    uint32_t reserved;
    uint64_t detail;
} reader_record;
