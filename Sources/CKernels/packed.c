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
            float scratch[(COUNT) * TILE];                                                                             \
            if (width < HALF)                                                                                          \
                half_tile(COUNT, k, a, lda, tile, scratch, TILE, false);                                               \
            else                                                                                                       \
                whole_tile(COUNT, k, a, lda, tile, scratch, TILE, false);                                              \
            for (size_t row = 0; row < (COUNT); row++)                                                                 \
                for (size_t j = 0; j < width; j++)                                                                     \
                    c[row * ldc + j] = (adds ? c[row * ldc + j] : 0) + scratch[row * TILE + j];                        \
        }                                                                                                              \
    }

typedef void (*rows_product)(
    size_t width, size_t k, const float *a, size_t lda, const float *tile, float *c, size_t ldc, bool adds);

// Rows are divided into groups as even as can be, of at most as many as there are registers for: of 32 rows six groups of 5 or 6 and
// not five of 6 and a last one of 2, which takes as long as one of 4 since a sum must wait for the one before.
static void multiply(
    const rows_product *products, size_t most, size_t m, size_t n, size_t k, const float *a, size_t lda,
    const float *packed, size_t packed_k, float *c, size_t ldc, bool adds) {
    size_t groups = (m + most - 1) / most;
    for (size_t column = 0; column < n; column += TILE) {
        size_t width = n - column < TILE ? n - column : TILE;
        for (size_t group = 0; group < groups; group++) {
            size_t row = m * group / groups, end = m * (group + 1) / groups;
            products[end - row - 1](
                width, k, a + row * lda, lda, packed + column * packed_k, c + row * ldc + column, ldc, adds);
        }
    }
}

#define SIX(NAME, TARGET, FIRST)                                                                                       \
    ROWS(NAME##_0, TARGET, FIRST)                                                                                      \
    ROWS(NAME##_1, TARGET, FIRST + 1)                                                                                  \
    ROWS(NAME##_2, TARGET, FIRST + 2)                                                                                  \
    ROWS(NAME##_3, TARGET, FIRST + 3)                                                                                  \
    ROWS(NAME##_4, TARGET, FIRST + 4)                                                                                  \
    ROWS(NAME##_5, TARGET, FIRST + 5)
#define SIX_NAMES(NAME) NAME##_0, NAME##_1, NAME##_2, NAME##_3, NAME##_4, NAME##_5

#if defined(__x86_64__)
#define AVX512 __attribute__((target("arch=x86-64-v4")))
#define AVX2 __attribute__((target("arch=x86-64-v3")))
SIX(avx512_low, AVX512, 1)
SIX(avx512_high, AVX512, 7)
SIX(avx2, AVX2, 1)
static const rows_product avx512[] = {SIX_NAMES(avx512_low), SIX_NAMES(avx512_high)};
static const rows_product avx2[] = {SIX_NAMES(avx2)};
enum { PLAIN_MOST = 2 };
#else
enum { PLAIN_MOST = 6 };
#endif
SIX(plain, , 1)
static const rows_product plain[] = {SIX_NAMES(plain)};

void fovea_gemm_packed(
    size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, size_t packed_k, float *c,
    size_t ldc, bool adds) {
    const rows_product *products = plain;
    size_t most = PLAIN_MOST;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("x86-64-v4")) {
        products = avx512;
        most = 12;
    } else if (__builtin_cpu_supports("x86-64-v3")) {
        products = avx2;
        most = 6;
    }
#endif
    multiply(products, most, m, n, k, a, lda, packed, packed_k, c, ldc, adds);
}
