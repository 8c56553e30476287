#include "CKernels.h"
#include "vector_math.h"

// Matrix products with a right side that is packed once and used many times, as a layer's weights are.
//
// A BLAS packs both sides anew at every call; of a recurrent step, 64×102 times 102×400, that is a seventh of its time. The right
// side is kept in tiles of TILE columns, one row of a tile after the other, so that the inner loop reads it in order. The left side
// needs no packing: its few rows stay in the first-level cache. Every row is summed in order, whatever rows are beside it.

enum { TILE = FOVEA_PACKED_TILE, HALF = TILE / 2 };

typedef float tile_row __attribute__((vector_size(TILE * sizeof(float)), aligned(4)));
typedef float half_row __attribute__((vector_size(HALF * sizeof(float)), aligned(4)));

#define INLINE static inline __attribute__((always_inline))

size_t fovea_packed_count(size_t k, size_t n) { return (n + TILE - 1) / TILE * TILE * k; }

void fovea_pack(bool transpose, size_t k, size_t n, const float *b, size_t ldb, float *packed) {
    for (size_t column = 0; column < n; column += TILE) {
        size_t width = n - column < TILE ? n - column : TILE;
        for (size_t i = 0; i < k; i++, packed += TILE) {
            for (size_t j = 0; j < width; j++)
                packed[j] = transpose ? b[(column + j) * ldb + i] : b[i * ldb + column + j];
            for (size_t j = width; j < TILE; j++) packed[j] = 0;
        }
    }
}

// The whole of a function below is one of these with `rows` a constant, so that `sums` lives in registers.
#define PRODUCT(NAME, VECTOR)                                                                                          \
    INLINE void NAME(                                                                                                  \
        size_t rows, size_t k, const float *a, size_t lda, const float *tile, float *c, size_t ldc, bool adds) {       \
        VECTOR sums[12];                                                                                               \
        _Pragma("clang loop unroll(full)") for (size_t row = 0; row < rows; row++) sums[row] = (VECTOR){0};            \
        for (size_t i = 0; i < k; i++) {                                                                               \
            VECTOR b = *(const VECTOR *)(tile + i * TILE);                                                             \
            _Pragma("clang loop unroll(full)") for (size_t row = 0; row < rows; row++)                                 \
                sums[row] += b * a[row * lda + i];                                                                     \
        }                                                                                                              \
        _Pragma("clang loop unroll(full)") for (size_t row = 0; row < rows; row++) {                                   \
            VECTOR *target = (VECTOR *)(c + row * ldc);                                                                \
            *target = adds ? *target + sums[row] : sums[row];                                                          \
        }                                                                                                              \
    }
#pragma clang fp contract(fast)
PRODUCT(whole_tile, tile_row)
PRODUCT(half_tile, half_row)

// `rows` rows of C by all columns of one tile; a width between goes through memory of a tile's width.
#define ROWS(NAME, TARGET, COUNT)                                                                                      \
    TARGET static void NAME(                                                                                           \
        size_t width, size_t k, const float *a, size_t lda, const float *tile, float *c, size_t ldc, bool adds) {      \
        if (width == TILE) {                                                                                           \
            whole_tile(COUNT, k, a, lda, tile, c, ldc, adds);                                                          \
        } else if (width == HALF) {                                                                                    \
            half_tile(COUNT, k, a, lda, tile, c, ldc, adds);                                                           \
        } else {                                                                                                       \
            float scratch[COUNT * TILE];                                                                               \
            if (width < HALF)                                                                                          \
                half_tile(COUNT, k, a, lda, tile, scratch, TILE, false);                                               \
            else                                                                                                       \
                whole_tile(COUNT, k, a, lda, tile, scratch, TILE, false);                                              \
            for (size_t row = 0; row < COUNT; row++)                                                                   \
                for (size_t j = 0; j < width; j++)                                                                     \
                    c[row * ldc + j] = (adds ? c[row * ldc + j] : 0) + scratch[row * TILE + j];                        \
        }                                                                                                              \
    }

// MOST rows at a time: as many sums as there are registers for; then four by four and one by one.
#define MULTIPLY(NAME, TARGET, MOST)                                                                                   \
    ROWS(NAME##_most, TARGET, MOST)                                                                                    \
    ROWS(NAME##_4, TARGET, 4)                                                                                          \
    ROWS(NAME##_1, TARGET, 1)                                                                                          \
    TARGET static void NAME(                                                                                           \
        size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, size_t packed_k, float *c,      \
        size_t ldc, bool adds) {                                                                                       \
        for (size_t column = 0; column < n; column += TILE) {                                                          \
            size_t width = n - column < TILE ? n - column : TILE;                                                      \
            const float *tile = packed + column * packed_k;                                                            \
            size_t row = 0;                                                                                            \
            for (; row + MOST <= m; row += MOST)                                                                       \
                NAME##_most(width, k, a + row * lda, lda, tile, c + row * ldc + column, ldc, adds);                    \
            for (; row + 4 <= m; row += 4)                                                                             \
                NAME##_4(width, k, a + row * lda, lda, tile, c + row * ldc + column, ldc, adds);                       \
            for (; row < m; row++)                                                                                     \
                NAME##_1(width, k, a + row * lda, lda, tile, c + row * ldc + column, ldc, adds);                       \
        }                                                                                                              \
    }

#if defined(__x86_64__)
MULTIPLY(multiply_avx512, __attribute__((target("arch=x86-64-v4"))), 12)
MULTIPLY(multiply_avx2, __attribute__((target("arch=x86-64-v3"))), 6)
MULTIPLY(multiply_plain, , 2)
#else
MULTIPLY(multiply_plain, , 6)
#endif

void fovea_gemm_packed(
    size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, size_t packed_k, float *c,
    size_t ldc, bool adds) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("x86-64-v4")) {
        multiply_avx512(m, n, k, a, lda, packed, packed_k, c, ldc, adds);
        return;
    }
    if (__builtin_cpu_supports("x86-64-v3")) {
        multiply_avx2(m, n, k, a, lda, packed, packed_k, c, ldc, adds);
        return;
    }
#endif
    multiply_plain(m, n, k, a, lda, packed, packed_k, c, ldc, adds);
}
