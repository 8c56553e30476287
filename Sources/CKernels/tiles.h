// Products of a few rows by one tile of columns, from which the matrix products are made.
#ifndef FOVEA_TILES_H
#define FOVEA_TILES_H

#include "CKernels.h"

enum { FOVEA_MOST_ROWS = 12 };

/// C = A B or, with `adds`, C += A B, for some rows of C and the first `width` columns of one tile, or all of two: of A the element
/// (row, i) is a[row·lda + i] or, of a transposed one, a[i·lda + row]; `tile` holds FOVEA_PACKED_TILE columns, one row after the
/// other, and the next tile lies `distance` floats behind it.
typedef void (*fovea_rows_by_tile)(
    size_t width, size_t k, const float *a, size_t lda, const float *tile, size_t distance, float *c, size_t ldc,
    bool adds);

/// What this machine computes with.
struct fovea_tiles {
    /// The product of 1, 2, ... rows, up to `most`.
    fovea_rows_by_tile plain[FOVEA_MOST_ROWS], transposed[FOVEA_MOST_ROWS];
    /// The same by two tiles, or nothing where there are too few registers for both.
    fovea_rows_by_tile pairs[FOVEA_MOST_ROWS], transposed_pairs[FOVEA_MOST_ROWS];
    /// For how many rows there are registers.
    size_t most;
    /// Whether the machine has fused instructions that are used; a BLAS knows better what to do with another.
    bool fast;
};

const struct fovea_tiles *fovea_tiles_of_this_machine(void);

/// The product of m rows of A, or of m columns with `transpose_a`, by n columns that lie in tiles with packed_k rows each, of which
/// the first k are taken.
void fovea_multiply_tiles(
    bool transpose_a, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, size_t packed_k,
    float *c, size_t ldc, bool adds);

#endif
