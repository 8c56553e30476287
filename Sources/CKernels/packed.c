#include "tiles.h"
#include "vector_math.h"

// Matrix products with a right side that is packed once and used many times, as a layer's weights are: a BLAS packs both sides anew
// at every call, which is a seventh of the time of a recurrent step, 64×102 times 102×400.

enum { TILE = FOVEA_PACKED_TILE };

size_t fovea_packed_count(size_t k, size_t n) { return (n + TILE - 1) / TILE * TILE * k; }

typedef float tile_row FOVEA_FLOATS(TILE);

// One step of a transposition: columns whose number has the bit `d` change places with rows that have not.
#define LOW(d, i) ((i) & (d) ? (i) - (d) + TILE : (i))
#define HIGH(d, i) ((i) & (d) ? (i) + TILE : (i) + (d))
#define LANES(F, d)                                                                                                    \
    F(d, 0), F(d, 1), F(d, 2), F(d, 3), F(d, 4), F(d, 5), F(d, 6), F(d, 7), F(d, 8), F(d, 9), F(d, 10), F(d, 11),      \
        F(d, 12), F(d, 13), F(d, 14), F(d, 15)
#define EXCHANGE(d)                                                                                                    \
    _Pragma("clang loop unroll(full)") for (size_t i = 0; i < TILE; i++) if (!(i & (d))) {                             \
        tile_row low = rows[i], high = rows[i + (d)];                                                                  \
        rows[i] = __builtin_shufflevector(low, high, LANES(LOW, d));                                                   \
        rows[i + (d)] = __builtin_shufflevector(low, high, LANES(HIGH, d));                                            \
    }

FOVEA_KERNEL static void transpose_square(const float *b, size_t ldb, float *target) {
    tile_row rows[TILE];
    _Pragma("clang loop unroll(full)") for (size_t i = 0; i < TILE; i++) rows[i] = *(const tile_row *)(b + i * ldb);
    EXCHANGE(1)
    EXCHANGE(2)
    EXCHANGE(4)
    EXCHANGE(8)
    _Pragma("clang loop unroll(full)") for (size_t i = 0; i < TILE; i++) ((tile_row *)target)[i] = rows[i];
}

static void pack_part(
    bool transpose, size_t first, size_t k, size_t width, const float *b, size_t ldb, float *packed) {
    for (size_t i = first; i < k; i++) {
        for (size_t j = 0; j < width; j++) packed[i * TILE + j] = transpose ? b[j * ldb + i] : b[i * ldb + j];
        for (size_t j = width; j < TILE; j++) packed[i * TILE + j] = 0;
    }
}

void fovea_pack(bool transpose, size_t k, size_t n, const float *b, size_t ldb, float *packed) {
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

void fovea_gemm_packed(
    size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, size_t packed_k, float *c,
    size_t ldc, bool adds) {
    fovea_multiply_tiles(false, m, n, k, a, lda, packed, packed_k, c, ldc, adds);
}
