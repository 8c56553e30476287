#include "CKernels.h"

#include <cblas.h>

// LAPACK's Fortran entry points, which OpenBLAS (and Accelerate) hold; declared here, since Debian keeps lapacke.h in another package.
extern void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);

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

void fovea_solve_lower(size_t n, size_t columns, const double *factor, bool transpose, double *b) {
    cblas_dtrsm(
        CblasRowMajor, CblasLeft, CblasLower, transpose ? CblasTrans : CblasNoTrans, CblasNonUnit, (int)n, (int)columns, 1,
        factor, (int)n, b, (int)columns);
}
