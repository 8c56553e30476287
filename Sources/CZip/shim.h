#ifndef FOVEA_CZIP_H
#define FOVEA_CZIP_H

#include <stdlib.h>
#include <zip.h>

/// Opens an archive that lies in memory, read only; NULL if it is none. The memory must outlive the archive.
static inline zip_t *czip_open(const void *bytes, size_t count) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes, count, 0, &error);
    if (source == NULL) return NULL;
    zip_t *archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
    if (archive == NULL) zip_source_free(source);
    zip_error_fini(&error);
    return archive;
}

/// A new archive that is written to memory: fill it with `czip_add`, close it, then read it with `czip_bytes`. NULL without memory.
static inline zip_t *czip_create(zip_source_t **source) {
    zip_error_t error;
    zip_error_init(&error);
    *source = zip_source_buffer_create(NULL, 0, 0, &error);
    if (*source == NULL) return NULL;
    // The archive gives its own hold on the source up when it is closed.
    zip_source_keep(*source);
    zip_t *archive = zip_open_from_source(*source, ZIP_CREATE | ZIP_TRUNCATE, &error);
    if (archive == NULL) {
        zip_source_free(*source);
        zip_source_free(*source);
        *source = NULL;
    }
    zip_error_fini(&error);
    return archive;
}

/// Adds a member, stored and dated 1980-01-01, the earliest date there is; 0 on success. The memory must outlive the archive.
static inline int czip_add(zip_t *archive, const char *name, const void *bytes, size_t count) {
    zip_source_t *source = zip_source_buffer(archive, bytes, count, 0);
    if (source == NULL) return -1;
    zip_int64_t index = zip_file_add(archive, name, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        return -1;
    }
    if (zip_set_file_compression(archive, (zip_uint64_t)index, ZIP_CM_STORE, 0) != 0) return -1;
    return zip_file_set_dostime(archive, (zip_uint64_t)index, 0, 0x21, 0);
}

#endif
