#include <math.h>

#include "CKernels.h"
#include "vector_math.h"

FOVEA_KERNEL static void normalise_row(
    size_t width, float epsilon, const float *restrict x, const float *restrict gamma, const float *restrict beta,
    float *restrict normalised, float *restrict inverse, float *restrict y) {
#pragma clang fp contract(fast) reassociate(on)
    float sum = 0.0f, squares = 0.0f;
    for (size_t i = 0; i < width; i++) sum += x[i];
    float mean = sum / (float)width;
    for (size_t i = 0; i < width; i++) squares += (x[i] - mean) * (x[i] - mean);
    float scale = 1.0f / sqrtf(squares / (float)width + epsilon);
    *inverse = scale;
    for (size_t i = 0; i < width; i++) {
        normalised[i] = (x[i] - mean) * scale;
        y[i] = normalised[i] * gamma[i] + beta[i];
    }
}

void fovea_normalise_rows(
    size_t rows, size_t width, float epsilon, const float *x, const float *gamma, const float *beta, float *normalised,
    float *inverses, float *y) {
    for (size_t row = 0; row < rows; row++)
        normalise_row(
            width, epsilon, x + row * width, gamma, beta, normalised + row * width, inverses + row, y + row * width);
}

// d = g gamma; dx = (d - mean d - n mean(d n)) / sigma
FOVEA_KERNEL static void normalise_row_backward(
    size_t width, float inverse, const float *restrict gamma, const float *restrict normalised, float *restrict g) {
#pragma clang fp contract(fast) reassociate(on)
    float sum = 0.0f, product = 0.0f;
    for (size_t i = 0; i < width; i++) {
        float d = g[i] * gamma[i];
        sum += d;
        product += d * normalised[i];
    }
    float mean = sum / (float)width, projection = product / (float)width;
    for (size_t i = 0; i < width; i++) g[i] = (g[i] * gamma[i] - mean - normalised[i] * projection) * inverse;
}

void fovea_normalise_rows_backward(
    size_t rows, size_t width, const float *gamma, const float *normalised, const float *inverses, float *cotangent) {
    for (size_t row = 0; row < rows; row++)
        normalise_row_backward(width, inverses[row], gamma, normalised + row * width, cotangent + row * width);
}
