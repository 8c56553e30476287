#include "CKernels.h"
#include "vector_math.h"

// Of every element the same operations whatever the vector width, so no contraction.

FOVEA_KERNEL void fovea_add(size_t count, const float *restrict x, const float *restrict y, float *restrict sum) {
    for (size_t i = 0; i < count; i++) sum[i] = x[i] + y[i];
}

FOVEA_KERNEL void fovea_add_to_rows(size_t rows, size_t width, const float *restrict vector, float *restrict x) {
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < width; i++) x[row * width + i] += vector[i];
}

FOVEA_KERNEL void fovea_add_scaled(size_t count, float scale, const float *restrict x, float *restrict y) {
#pragma clang fp contract(off)
    for (size_t i = 0; i < count; i++) y[i] += scale * x[i];
}
