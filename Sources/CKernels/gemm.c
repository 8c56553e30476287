#include <cblas.h>
#include <stdlib.h>

#include "tiles.h"

// Blocks of the right side are packed into a part of the second-level cache; of the left side as many rows are taken at a time as
// stay there beside them.
enum { DEPTH = 256, COLUMNS = 384, ROWS = 192 };

bool fovea_multiplies_itself(void) { return fovea_tiles_of_this_machine()->fast; }

// What takes longer to pack than to multiply, and products with hardly any columns, are left to the BLAS, and so is everything on
// machines that it knows better.
static bool is_ours(bool transpose_b, size_t m, size_t n, size_t k, float alpha, float beta) {
    bool sums = alpha == 1 && (beta == 0 || beta == 1);
    return sums && fovea_multiplies_itself() && n >= 8 && m >= (transpose_b ? 16 : 8) && m * n * k >= 16384;
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

void fovea_gemm(
    bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, float alpha, const float *a, size_t lda,
    const float *b, size_t ldb, float beta, float *c, size_t ldc) {
    float *packed = NULL;
    if (is_ours(transpose_b, m, n, k, alpha, beta)) {
        size_t count = fovea_packed_count(smaller(k, DEPTH), smaller(n, COLUMNS));
        packed = aligned_alloc(64, (count * sizeof *packed + 63) / 64 * 64);
    }
    if (packed == NULL) {
        cblas_sgemm(
            CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans, transpose_b ? CblasTrans : CblasNoTrans, (int)m,
            (int)n, (int)k, alpha, a, (int)lda, b, (int)ldb, beta, c, (int)ldc);
        return;
    }
    for (size_t column = 0; column < n; column += COLUMNS) {
        size_t width = smaller(n - column, COLUMNS);
        for (size_t step = 0; step < k; step += DEPTH) {
            size_t depth = smaller(k - step, DEPTH);
            enum fovea_packing packing = fovea_pack(
                transpose_b, depth, width, transpose_b ? b + column * ldb + step : b + step * ldb + column, ldb, packed);
            for (size_t row = 0; row < m; row += ROWS)
                fovea_gemm_packed(
                    packing, transpose_a, smaller(m - row, ROWS), width, depth,
                    transpose_a ? a + step * lda + row : a + row * lda + step, lda, packed, depth, 0,
                    c + row * ldc + column, ldc, step > 0 || beta != 0);
        }
    }
    free(packed);
}
