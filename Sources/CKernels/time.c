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

void fovea_time_scores(size_t batch, size_t time, size_t width, const float *states, const float *query, float *scores) {
    for (size_t b = 0; b < batch; b++)
        for (size_t t = 0; t < time; t++)
            scores[b * time + t] = dot(width, states + (b * time + t) * width, query + b * width);
}

void fovea_time_average(
    size_t batch, size_t time, size_t width, const float *states, const float *weights, float *context, size_t ldc) {
    for (size_t b = 0; b < batch; b++) {
        memset(context + b * ldc, 0, width * sizeof *context);
        for (size_t t = 0; t < time; t++)
            add_scaled(width, weights[b * time + t], states + (b * time + t) * width, context + b * ldc);
    }
}

void fovea_time_outer(
    size_t batch, size_t time, size_t width, const float *weights, const float *vector, size_t ldv, float *out) {
    for (size_t b = 0; b < batch; b++)
        for (size_t t = 0; t < time; t++)
            add_scaled(width, weights[b * time + t], vector + b * ldv, out + (b * time + t) * width);
}
