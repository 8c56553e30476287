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

#endif
