#include "parts.h"
#include "square.h"
#include "tiles.h"

// Matrix products with a right side that is packed once and used many times, as a layer's weights are: a BLAS packs both sides anew
// at every call, which is a seventh of the time of a recurrent step, 64×102 times 102×400.

enum { TILE = FOVEA_PACKED_TILE };

size_t fovea_packed_count(size_t k, size_t n) {
    return fovea_parts_suit(k, n) ? fovea_parts_count(k, n) : (n + TILE - 1) / TILE * TILE * k;
}

FOVEA_KERNEL static void transpose_square(const float *b, size_t ldb, float *target) {
    fovea_transpose_square(b, ldb, target);
}

static void pack_part(
    bool transpose, size_t first, size_t k, size_t width, const float *b, size_t ldb, float *packed) {
    for (size_t i = first; i < k; i++) {
        for (size_t j = 0; j < width; j++) packed[i * TILE + j] = transpose ? b[j * ldb + i] : b[i * ldb + j];
        for (size_t j = width; j < TILE; j++) packed[i * TILE + j] = 0;
    }
}

static void pack_tiles(bool transpose, size_t k, size_t n, const float *b, size_t ldb, float *packed) {
    for (size_t column = 0; column < n; column += TILE, packed += k * TILE) {
        size_t width = n - column < TILE ? n - column : TILE, done = 0;
        const float *part = transpose ? b + column * ldb : b + column;
        if (width == TILE && transpose)
            for (; done + TILE <= k; done += TILE) transpose_square(part + done, ldb, packed + done * TILE);
        else if (width == TILE)
            for (; done < k; done++) memcpy(packed + done * TILE, part + done * ldb, TILE * sizeof *packed);
        pack_part(transpose, done, k, width, part, ldb, packed);
    }
}

enum fovea_packing fovea_pack(bool transpose, size_t k, size_t n, const float *b, size_t ldb, float *packed) {
    if (fovea_parts_suit(k, n) && fovea_pack_parts(transpose, k, n, b, ldb, packed)) return FOVEA_PARTS;
    pack_tiles(transpose, k, n, b, ldb, packed);
    return FOVEA_TILES;
}

void fovea_gemm_packed(
    enum fovea_packing packing, bool transpose_a, size_t m, size_t n, size_t k, const float *a, size_t lda,
    const float *packed, size_t packed_k, size_t first_column, float *c, size_t ldc, bool adds) {
    size_t start = first_column / TILE * TILE;
    if (packing == FOVEA_PARTS)
        fovea_multiply_parts(
            transpose_a, m, n - start, k, a, lda, packed + fovea_parts_count(packed_k, start), packed_k, c + start, ldc,
            adds);
    else
        fovea_multiply_tiles(
            transpose_a, m, n - start, k, a, lda, packed + start * packed_k, packed_k, c + start, ldc, adds);
}
