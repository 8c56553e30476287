#include "tiles.h"

#include <stdlib.h>
#include <string.h>

#include "vector_math.h"

// The right side of a product lies in tiles of TILE columns, one row of a tile after the other, so that the inner loop reads it in
// order. The left side needs no packing: its few rows stay in the first-level cache. Every row is summed in order, whatever rows
// are beside it, and fused or not by our choice: left to the compiler, one row of a group may be rounded otherwise than the others.
//
// On an AMD EPYC of the fifth generation, whose sums are 16 floats wide, this runs at 235 Gflop/s on one core (64×102 times
// 102×400) where OpenBLAS, for want of a kernel for that processor, runs at 123; on one of the third at 90 against 70.

enum { TILE = FOVEA_PACKED_TILE, HALF = TILE / 2 };

typedef float tile_row FOVEA_FLOATS(TILE);
typedef float half_row FOVEA_FLOATS(HALF);

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

// The whole of a function below is one of these with `rows` a constant, so that `sums` lives in registers.
//
// Where there are registers for 24 sums, two tiles are taken at once, and a float of the left side is loaded once for both. Intel's
// processors load two vectors in the time of two sums, and with one tile wait for the loads: 134 Gflop/s instead of 160, which is all
// that a core of a Xeon of the fifth generation can do (12×102 times 102×400).
#define PRODUCT(NAME, VECTOR, TILES, MULTIPLY_ADD)                                                                     \
    INLINE void NAME(                                                                                                  \
        size_t rows, size_t k, const float *a, size_t row_stride, size_t step, const float *tile, size_t distance,     \
        float *c, size_t ldc, bool adds) {                                                                             \
        VECTOR sums[FOVEA_MOST_ROWS][TILES];                                                                           \
        UNROLL for (size_t row = 0; row < rows; row++)                                                                 \
            UNROLL for (size_t t = 0; t < TILES; t++) sums[row][t] = (VECTOR){0};                                      \
        for (size_t i = 0; i < k; i++) {                                                                               \
            VECTOR b[TILES];                                                                                           \
            UNROLL for (size_t t = 0; t < TILES; t++) b[t] = *(const VECTOR *)(tile + t * distance + i * TILE);        \
            UNROLL for (size_t row = 0; row < rows; row++)                                                             \
                UNROLL for (size_t t = 0; t < TILES; t++)                                                              \
                    sums[row][t] = MULTIPLY_ADD(b[t], (VECTOR)a[row * row_stride + i * step], sums[row][t]);           \
        }                                                                                                              \
        UNROLL for (size_t row = 0; row < rows; row++)                                                                 \
            UNROLL for (size_t t = 0; t < TILES; t++) {                                                                \
                VECTOR *target = (VECTOR *)(c + row * ldc + t * TILE);                                                 \
                *target = adds ? *target + sums[row][t] : sums[row][t];                                                \
            }                                                                                                          \
    }
PRODUCT(pair_fused, tile_row, 2, FOVEA_FUSED)
PRODUCT(whole_fused, tile_row, 1, FOVEA_FUSED)
PRODUCT(half_fused, half_row, 1, FOVEA_FUSED)
#pragma clang fp contract(off)
PRODUCT(whole_separate, tile_row, 1, FOVEA_SEPARATE)
PRODUCT(half_separate, half_row, 1, FOVEA_SEPARATE)

// Other widths than a tile's or half of it go through memory of a tile's width.
#define ROWS(NAME, TARGET, COUNT, KIND, ROW_STRIDE, STEP)                                                              \
    TARGET static void NAME(                                                                                           \
        size_t width, size_t k, const float *a, size_t lda, const float *tile, size_t distance, float *c, size_t ldc,  \
        bool adds) {                                                                                                   \
        float scratch[(COUNT) * TILE];                                                                                 \
        bool fits = width == TILE || width == HALF;                                                                    \
        float *target = fits ? c : scratch;                                                                            \
        size_t stride = fits ? ldc : TILE;                                                                             \
        if (width <= HALF)                                                                                             \
            half_##KIND(COUNT, k, a, ROW_STRIDE, STEP, tile, distance, target, stride, fits && adds);                  \
        else                                                                                                           \
            whole_##KIND(COUNT, k, a, ROW_STRIDE, STEP, tile, distance, target, stride, fits && adds);                 \
        if (fits) return;                                                                                              \
        for (size_t row = 0; row < (COUNT); row++)                                                                     \
            for (size_t j = 0; j < width; j++)                                                                         \
                c[row * ldc + j] = (adds ? c[row * ldc + j] : 0) + scratch[row * TILE + j];                            \
    }

#define BOTH(NAME, TARGET, COUNT, KIND)                                                                                \
    ROWS(NAME##_##COUNT, TARGET, COUNT, KIND, lda, 1)                                                                  \
    ROWS(NAME##_##COUNT##_t, TARGET, COUNT, KIND, 1, lda)
#define SIX(NAME, TARGET, KIND)                                                                                        \
    BOTH(NAME, TARGET, 1, KIND)                                                                                        \
    BOTH(NAME, TARGET, 2, KIND)                                                                                        \
    BOTH(NAME, TARGET, 3, KIND)                                                                                        \
    BOTH(NAME, TARGET, 4, KIND)                                                                                        \
    BOTH(NAME, TARGET, 5, KIND)                                                                                        \
    BOTH(NAME, TARGET, 6, KIND)
#define TWELVE(NAME, TARGET, KIND)                                                                                     \
    SIX(NAME, TARGET, KIND)                                                                                            \
    BOTH(NAME, TARGET, 7, KIND)                                                                                        \
    BOTH(NAME, TARGET, 8, KIND)                                                                                        \
    BOTH(NAME, TARGET, 9, KIND)                                                                                        \
    BOTH(NAME, TARGET, 10, KIND)                                                                                       \
    BOTH(NAME, TARGET, 11, KIND)                                                                                       \
    BOTH(NAME, TARGET, 12, KIND)
// Two whole tiles.
#define PAIR(NAME, COUNT, ROW_STRIDE, STEP)                                                                            \
    FOVEA_AVX512 static void NAME(                                                                                     \
        size_t width, size_t k, const float *a, size_t lda, const float *tile, size_t distance, float *c, size_t ldc,  \
        bool adds) {                                                                                                   \
        pair_fused(COUNT, k, a, ROW_STRIDE, STEP, tile, distance, c, ldc, adds);                                       \
    }
#define PAIRS(COUNT) PAIR(pair_##COUNT, COUNT, lda, 1) PAIR(pair_##COUNT##_t, COUNT, 1, lda)
#define SIX_NAMES(NAME, END) NAME##_1##END, NAME##_2##END, NAME##_3##END, NAME##_4##END, NAME##_5##END, NAME##_6##END
#define TWELVE_NAMES(NAME, END)                                                                                        \
    SIX_NAMES(NAME, END), NAME##_7##END, NAME##_8##END, NAME##_9##END, NAME##_10##END, NAME##_11##END, NAME##_12##END

#if defined(__x86_64__)
TWELVE(avx512, FOVEA_AVX512, fused)
PAIRS(1) PAIRS(2) PAIRS(3) PAIRS(4) PAIRS(5) PAIRS(6) PAIRS(7) PAIRS(8) PAIRS(9) PAIRS(10) PAIRS(11) PAIRS(12)
SIX(avx2, FOVEA_AVX2, fused)
SIX(sse, , separate)
static const struct fovea_tiles avx512 = {
    {TWELVE_NAMES(avx512, )}, {TWELVE_NAMES(avx512, _t)}, {TWELVE_NAMES(pair, )}, {TWELVE_NAMES(pair, _t)}, 12, true};
static const struct fovea_tiles avx2 = {{SIX_NAMES(avx2, )}, {SIX_NAMES(avx2, _t)}, {NULL}, {NULL}, 6, true};
static const struct fovea_tiles base = {{SIX_NAMES(sse, )}, {SIX_NAMES(sse, _t)}, {NULL}, {NULL}, 2, false};
#else
SIX(own, , fused)
static const struct fovea_tiles base = {{SIX_NAMES(own, )}, {SIX_NAMES(own, _t)}, {NULL}, {NULL}, 6, false};
#endif

const struct fovea_tiles *fovea_tiles_of_this_machine(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("x86-64-v4")) return &avx512;
    if (__builtin_cpu_supports("x86-64-v3")) return &avx2;
#endif
    return &base;
}

enum { BLOCK_ROWS = 96, LINE = 16, WAYS_APART = 1024 };

// Rows a multiple of 4 kB apart, give or take a few floats, all lie in the same set of the first-level cache, which has room for 8 of
// them on most processors: with 12 at a time each line is fetched anew for each of its 16 floats, and 116 Gflop/s become 80.
static bool collides(bool transpose_a, size_t n, size_t lda, size_t rows_at_once) {
    return !transpose_a && rows_at_once > 8 && n >= 4 * TILE && (lda + LINE / 2) % WAYS_APART <= LINE;
}

// Rows are divided into groups as even as can be, of at most as many as there are registers for: of 32 rows six groups of 5 or 6 and
// not five of 6 and a last one of 2, which takes as long as one of 4 since a sum must wait for the one before.
static void multiply(
    const struct fovea_tiles *tiles, bool transpose_a, size_t m, size_t n, size_t k, const float *a, size_t lda,
    const float *packed, size_t packed_k, float *c, size_t ldc, bool adds) {
    const fovea_rows_by_tile *singles = transpose_a ? tiles->transposed : tiles->plain;
    const fovea_rows_by_tile *pairs = transpose_a ? tiles->transposed_pairs : tiles->pairs;
    size_t groups = (m + tiles->most - 1) / tiles->most, row_stride = transpose_a ? 1 : lda;
    for (size_t column = 0, width; column < n; column += width) {
        bool two = pairs[0] != NULL && n - column >= 2 * TILE;
        const fovea_rows_by_tile *products = two ? pairs : singles;
        width = two ? 2 * TILE : n - column < TILE ? n - column : TILE;
        for (size_t group = 0; group < groups; group++) {
            size_t row = m * group / groups, end = m * (group + 1) / groups;
            products[end - row - 1](
                width, k, a + row * row_stride, lda, packed + column * packed_k, TILE * packed_k, c + row * ldc + column,
                ldc, adds);
        }
    }
}

void fovea_multiply_tiles(
    bool transpose_a, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, size_t packed_k,
    float *c, size_t ldc, bool adds) {
    const struct fovea_tiles *tiles = fovea_tiles_of_this_machine();
    float *copy = NULL;
    size_t stride = (k + LINE - 1) / LINE * LINE + LINE;
    if (collides(transpose_a, n, lda, tiles->most)) {
        if ((stride + LINE / 2) % WAYS_APART <= LINE) stride += LINE;
        copy = malloc((m < BLOCK_ROWS ? m : BLOCK_ROWS) * stride * sizeof *copy);
    }
    if (copy == NULL) {
        multiply(tiles, transpose_a, m, n, k, a, lda, packed, packed_k, c, ldc, adds);
        return;
    }
    for (size_t first = 0; first < m; first += BLOCK_ROWS) {
        size_t rows = m - first < BLOCK_ROWS ? m - first : BLOCK_ROWS;
        for (size_t row = 0; row < rows; row++)
            memcpy(copy + row * stride, a + (first + row) * lda, k * sizeof *copy);
        multiply(tiles, false, rows, n, k, copy, stride, packed, packed_k, c + first * ldc, ldc, adds);
    }
    free(copy);
}
