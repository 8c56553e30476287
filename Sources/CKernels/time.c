#include <string.h>

#include "CKernels.h"
#include "vector_math.h"

FOVEA_KERNEL static float dot(size_t width, const float *restrict a, const float *restrict b) {
#pragma clang fp contract(fast) reassociate(on)
    float sum = 0.0f;
    for (size_t i = 0; i < width; i++) sum += a[i] * b[i];
    return sum;
}

FOVEA_KERNEL static void add_scaled(size_t width, float scale, const float *restrict x, float *restrict y) {
#pragma clang fp contract(fast)
    for (size_t i = 0; i < width; i++) y[i] += scale * x[i];
}

FOVEA_KERNEL static void scale(size_t width, float scale, const float *restrict x, float *restrict y) {
    for (size_t i = 0; i < width; i++) y[i] = scale * x[i];
}

enum { BLOCK = 64 };
typedef float block __attribute__((vector_size(BLOCK * sizeof(float)), aligned(4)));

// Columns in blocks whose sums stay in registers over all steps.
FOVEA_KERNEL static void average(size_t time, size_t width, const float *states, const float *weights, float *context) {
#pragma clang fp contract(fast)
    size_t i = 0;
    for (; i + BLOCK <= width; i += BLOCK) {
        block sum = {0};
        for (size_t t = 0; t < time; t++) sum += weights[t] * *(const block *)(states + t * width + i);
        *(block *)(context + i) = sum;
    }
    for (size_t j = i; j < width; j++) context[j] = 0;
    for (size_t t = 0; t < time; t++)
        for (size_t j = i; j < width; j++) context[j] += weights[t] * states[t * width + j];
}

void fovea_time_scores(size_t batch, size_t time, size_t width, const float *states, const float *query, float *scores) {
    for (size_t b = 0; b < batch; b++)
        for (size_t t = 0; t < time; t++)
            scores[b * time + t] = dot(width, states + (b * time + t) * width, query + b * width);
}

void fovea_time_average(
    size_t batch, size_t time, size_t width, const float *states, const float *weights, float *context, size_t ldc) {
    for (size_t b = 0; b < batch; b++)
        average(time, width, states + b * time * width, weights + b * time, context + b * ldc);
}

void fovea_time_outer(
    size_t batch, size_t time, size_t width, const float *weights, const float *vector, size_t ldv, float *out,
    bool adds) {
    for (size_t b = 0; b < batch; b++)
        for (size_t t = 0; t < time; t++)
            (adds ? add_scaled : scale)(width, weights[b * time + t], vector + b * ldv, out + (b * time + t) * width);
}
