#include "CKernels.h"

#include <cblas.h>

// LAPACK's Fortran entry points, which OpenBLAS (and Accelerate) hold; declared here, since Debian keeps lapacke.h in another package.
extern void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);
extern void dpotri_(const char *uplo, const int *n, double *a, const int *lda, int *info);

int fovea_cholesky(size_t n, double *a) {
    // Row-major lower is column-major upper.
    const int order = (int)n;
    int info = 0;
    dpotrf_("U", &order, a, &order, &info);
    return info;
}

void fovea_gram(size_t rows, size_t columns, const double *x, double *gram) {
    cblas_dsyrk(
        CblasRowMajor, CblasLower, CblasTrans, (int)columns, (int)rows, 1, x, (int)columns, 0, gram, (int)columns);
}

int fovea_invert_factored(size_t n, double *a) {
    const int order = (int)n;
    int info = 0;
    dpotri_("U", &order, a, &order, &info);
    for (size_t row = 0; row < n; row++)
        for (size_t column = row + 1; column < n; column++) a[row * n + column] = a[column * n + row];
    return info;
}

void fovea_centre_columns(size_t rows, size_t columns, double *x) {
    // A block of columns at a time, so that the means fit the stack and the inner loops run along the memory.
    enum { BLOCK = 64 };
    for (size_t start = 0; start < columns; start += BLOCK) {
        const size_t width = columns - start < BLOCK ? columns - start : BLOCK;
        double mean[BLOCK] = {0};
        for (size_t row = 0; row < rows; row++)
            for (size_t column = 0; column < width; column++) mean[column] += x[row * columns + start + column];
        for (size_t column = 0; column < width; column++) mean[column] /= (double)rows;
        for (size_t row = 0; row < rows; row++)
            for (size_t column = 0; column < width; column++) x[row * columns + start + column] -= mean[column];
    }
}

void fovea_solve_lower(size_t n, size_t columns, const double *factor, bool transpose, double *b) {
    cblas_dtrsm(
        CblasRowMajor, CblasLeft, CblasLower, transpose ? CblasTrans : CblasNoTrans, CblasNonUnit, (int)n, (int)columns, 1,
        factor, (int)n, b, (int)columns);
}

void fovea_row_products(size_t rows, size_t columns, const double *a, const double *b, double *products) {
    for (size_t row = 0; row < rows; row++)
        products[row] = cblas_ddot((int)columns, a + row * columns, 1, b + row * columns, 1);
}
