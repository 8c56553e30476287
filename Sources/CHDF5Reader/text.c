#include "session.h"

#include <stdlib.h>
#include <string.h>

bool buffer_append(byte_buffer *buffer, const void *bytes, size_t count) {
    if (count > buffer->room - buffer->count) {
        size_t room = buffer->room < 4096 ? 4096 : buffer->room;
        while (room - buffer->count < count) room *= 2;
        char *larger = realloc(buffer->bytes, room);
        if (larger == NULL) return false;
        buffer->bytes = larger;
        buffer->room = room;
    }
    if (count > 0) memcpy(buffer->bytes + buffer->count, bytes, count);
    buffer->count += count;
    return true;
}

uint64_t saturating_product(uint64_t a, uint64_t b) {
    uint64_t product;
    return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

uint64_t element_count(const hsize_t *dimensions, int rank) {
    uint64_t count = 1;
    for (int axis = 0; axis < rank; axis++) {
        if (dimensions[axis] == 0) return 0;
    }
    for (int axis = 0; axis < rank; axis++) count = saturating_product(count, dimensions[axis]);
    return count;
}

bool is_utf8(const char *text, size_t count) {
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char *end = at + count;
    while (at < end) {
        unsigned char first = *at++;
        if (first < 0x80) continue;
        int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        if (first < 0xC2 || first > 0xF4 || end - at < more) return false;
        unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (*at < low || *at > high) return false;
        for (int i = 1; i < more; i++) {
            if ((at[i] & 0xC0) != 0x80) return false;
        }
        at += more;
    }
    return true;
}
