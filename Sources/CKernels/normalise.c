#include <math.h>

#include "CKernels.h"
#include "vector_math.h"

FOVEA_KERNEL static void normalise_row(
    size_t width, float epsilon, const float *restrict x, const float *restrict gamma, const float *restrict beta,
    float *restrict mean, float *restrict inverse, float *restrict y) {
#pragma clang fp contract(fast) reassociate(on)
    float sum = 0.0f, squares = 0.0f;
    for (size_t i = 0; i < width; i++) sum += x[i];
    float middle = sum / (float)width;
    for (size_t i = 0; i < width; i++) squares += (x[i] - middle) * (x[i] - middle);
    float scale = 1.0f / sqrtf(squares / (float)width + epsilon);
    *mean = middle;
    *inverse = scale;
    for (size_t i = 0; i < width; i++) y[i] = (x[i] - middle) * scale * gamma[i] + beta[i];
}

void fovea_normalise_rows(
    size_t rows, size_t width, float epsilon, const float *x, const float *gamma, const float *beta, float *means,
    float *inverses, float *y) {
    for (size_t row = 0; row < rows; row++)
        normalise_row(width, epsilon, x + row * width, gamma, beta, means + row, inverses + row, y + row * width);
}

// n = (x - mean) / sigma, d = g gamma; dx = (d - mean d - n mean(d n)) / sigma
FOVEA_KERNEL static void normalise_row_backward(
    size_t width, float center, float inverse, const float *restrict gamma, const float *restrict x,
    const float *restrict g, float *restrict result) {
#pragma clang fp contract(fast) reassociate(on)
    float sum = 0.0f, product = 0.0f;
    for (size_t i = 0; i < width; i++) {
        float d = g[i] * gamma[i];
        sum += d;
        product += d * ((x[i] - center) * inverse);
    }
    float mean = sum / (float)width, projection = product / (float)width;
    for (size_t i = 0; i < width; i++)
        result[i] = (g[i] * gamma[i] - mean - (x[i] - center) * inverse * projection) * inverse;
}

void fovea_normalise_rows_backward(
    size_t rows, size_t width, const float *gamma, const float *x, const float *means, const float *inverses,
    const float *cotangent, float *result) {
    for (size_t row = 0; row < rows; row++)
        normalise_row_backward(
            width, means[row], inverses[row], gamma, x + row * width, cotangent + row * width, result + row * width);
}
