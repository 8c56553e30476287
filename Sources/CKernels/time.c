#include "CKernels.h"
#include "vector_math.h"

// Attention over time, a sample after the other: each is in the first-level cache.

enum { TOGETHER = 4 };

// The scores of a few steps at a time, whose sums hide each other's latency.
static inline __attribute__((always_inline)) void dots(
    size_t count, size_t width, const float *restrict states, const float *restrict query, float *restrict scores) {
#pragma clang fp contract(fast) reassociate(on)
    float sums[TOGETHER] = {0};
    for (size_t i = 0; i < width; i++)
        for (size_t t = 0; t < count; t++) sums[t] += states[t * width + i] * query[i];
    for (size_t t = 0; t < count; t++) scores[t] = sums[t];
}

FOVEA_KERNEL static void sample_scores(
    size_t time, size_t width, const float *restrict states, const float *restrict query, float *restrict scores) {
    size_t t = 0;
    for (; t + TOGETHER <= time; t += TOGETHER) dots(TOGETHER, width, states + t * width, query, scores + t);
    for (; t < time; t++) dots(1, width, states + t * width, query, scores + t);
}

enum { BLOCK = 64 };
typedef float block __attribute__((vector_size(BLOCK * sizeof(float)), aligned(4)));

// Columns in blocks whose sums stay in registers over all steps.
FOVEA_KERNEL static void sample_average(
    size_t time, size_t width, const float *states, const float *weights, float *context) {
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

FOVEA_KERNEL static void sample_outer(
    size_t time, size_t width, const float *restrict weights, const float *restrict vector, float *restrict out) {
    for (size_t t = 0; t < time; t++)
        for (size_t i = 0; i < width; i++) out[t * width + i] = weights[t] * vector[i];
}

FOVEA_KERNEL static void sample_outer_pair(
    size_t time, size_t width, const float *restrict weights, const float *restrict vector,
    const float *restrict more_weights, const float *restrict more, float *restrict out) {
#pragma clang fp contract(fast)
    for (size_t t = 0; t < time; t++)
        for (size_t i = 0; i < width; i++) out[t * width + i] = weights[t] * vector[i] + more_weights[t] * more[i];
}

void fovea_time_scores(size_t batch, size_t time, size_t width, const float *states, const float *query, float *scores) {
    for (size_t b = 0; b < batch; b++)
        sample_scores(time, width, states + b * time * width, query + b * width, scores + b * time);
}

void fovea_time_average(
    size_t batch, size_t time, size_t width, const float *states, const float *weights, float *context, size_t ldc) {
    for (size_t b = 0; b < batch; b++)
        sample_average(time, width, states + b * time * width, weights + b * time, context + b * ldc);
}

void fovea_time_outer(
    size_t batch, size_t time, size_t width, const float *weights, const float *vector, const float *more_weights,
    const float *more, float *out) {
    for (size_t b = 0; b < batch; b++)
        if (more_weights == NULL)
            sample_outer(time, width, weights + b * time, vector + b * width, out + b * time * width);
        else
            sample_outer_pair(
                time, width, weights + b * time, vector + b * width, more_weights + b * time, more + b * width,
                out + b * time * width);
}
