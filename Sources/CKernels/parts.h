// Products of floats in three parts each, on the matrix unit of Intel's processors.
#ifndef FOVEA_PARTS_H
#define FOVEA_PARTS_H

#include "CKernels.h"

/// Whether this machine multiplies a k×n right side faster in parts.
bool fovea_parts_suit(size_t k, size_t n);

/// The number of floats that a k×n right side takes in parts.
size_t fovea_parts_count(size_t k, size_t n);

/// Packs a k×n matrix, or its transpose given as n×k, in parts; false if something in it is not finite, which has none.
bool fovea_pack_parts(bool transpose, size_t k, size_t n, const float *b, size_t ldb, float *packed);

/// The product of m rows of A, or of m columns with `transpose_a`, by n columns that were packed in parts with packed_k rows, of which
/// the first k are taken. A row of C depends on its row of A alone, to the last digit.
void fovea_multiply_parts(
    bool transpose_a, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, size_t packed_k,
    float *c, size_t ldc, bool adds);

#endif
