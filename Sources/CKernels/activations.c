#include <math.h>

#include "CKernels.h"
#include "vector_math.h"

FOVEA_KERNEL static void activate_tanh(size_t count, const float *x, float *y) {
#pragma clang loop vectorize(assume_safety)
    for (size_t i = 0; i < count; i++) y[i] = fovea_tanh(x[i]);
}

FOVEA_KERNEL static void activate_sigmoid(size_t count, const float *x, float *y) {
#pragma clang loop vectorize(assume_safety)
    for (size_t i = 0; i < count; i++) y[i] = fovea_sigmoid(x[i]);
}

FOVEA_KERNEL static void activate_relu(size_t count, const float *x, float *y) {
#pragma clang loop vectorize(assume_safety)
    for (size_t i = 0; i < count; i++) y[i] = x[i] < 0.0f ? 0.0f : x[i];
}

void fovea_activate(enum fovea_activation activation, size_t count, const float *x, float *y) {
    switch (activation) {
    case FOVEA_LINEAR:
        if (x != y) memcpy(y, x, count * sizeof *x);
        break;
    case FOVEA_TANH: activate_tanh(count, x, y); break;
    case FOVEA_SIGMOID: activate_sigmoid(count, x, y); break;
    case FOVEA_RELU: activate_relu(count, x, y); break;
    case FOVEA_EXPONENTIAL:
        // libm: the result may be large, and a user who trains with it wants the last digit.
        for (size_t i = 0; i < count; i++) y[i] = expf(x[i]);
        break;
    }
}

FOVEA_KERNEL static void tanh_backward(size_t count, const float *restrict y, float *restrict g) {
    for (size_t i = 0; i < count; i++) g[i] *= 1.0f - y[i] * y[i];
}

FOVEA_KERNEL static void sigmoid_backward(size_t count, const float *restrict y, float *restrict g) {
    for (size_t i = 0; i < count; i++) g[i] *= y[i] * (1.0f - y[i]);
}

FOVEA_KERNEL static void relu_backward(size_t count, const float *restrict y, float *restrict g) {
    for (size_t i = 0; i < count; i++) g[i] = y[i] <= 0.0f ? 0.0f : g[i];
}

FOVEA_KERNEL static void exponential_backward(size_t count, const float *restrict y, float *restrict g) {
    for (size_t i = 0; i < count; i++) g[i] *= y[i];
}

void fovea_activate_backward(enum fovea_activation activation, size_t count, const float *y, float *g) {
    switch (activation) {
    case FOVEA_LINEAR: break;
    case FOVEA_TANH: tanh_backward(count, y, g); break;
    case FOVEA_SIGMOID: sigmoid_backward(count, y, g); break;
    case FOVEA_RELU: relu_backward(count, y, g); break;
    case FOVEA_EXPONENTIAL: exponential_backward(count, y, g); break;
    }
}

typedef float lanes FOVEA_FLOATS(16);

// By lanes, since the compiler keeps the order of comparisons that NaNs make matter; with a NaN in the row all weights become NaN.
static inline __attribute__((always_inline)) float largest_of(size_t columns, const float *x) {
    float largest = x[0];
    size_t i = 0;
    if (columns >= 16) {
        lanes best = *(const lanes *)x;
        for (i = 16; i + 16 <= columns; i += 16) {
            lanes next = *(const lanes *)(x + i);
            best = next > best ? next : best;
        }
        for (size_t lane = 0; lane < 16; lane++) largest = best[lane] > largest ? best[lane] : largest;
    }
    for (; i < columns; i++) largest = x[i] > largest ? x[i] : largest;
    return largest;
}

// exp(x - max) needs care at the far end: a vanishing weight must come out as exactly what it is (or 0), since attention of a
// trained model spans a hundred orders of magnitude. expm1 + 1 would round every weight below 6e-8 to 0, so scale 2^n e^r here.
FOVEA_KERNEL static void softmax_row(size_t columns, float *x, float *restrict copy) {
#pragma clang fp contract(fast) reassociate(on)
    float largest = largest_of(columns, x);
    float sum = 0.0f;
#pragma clang loop vectorize(assume_safety)
    for (size_t i = 0; i < columns; i++) {
        float value = x[i] - largest;
        float d = value < -87.0f ? -87.0f : value;
        struct fovea_exponential split = fovea_split_exponential(d);
        float e = value < -87.0f ? 0.0f : split.scale * split.rest;
        x[i] = e;
        sum += e;
    }
    float scale = 1.0f / sum;
    if (copy == NULL) {
#pragma clang loop vectorize(assume_safety)
        for (size_t i = 0; i < columns; i++) x[i] *= scale;
    } else {
#pragma clang loop vectorize(assume_safety)
        for (size_t i = 0; i < columns; i++) copy[i] = x[i] *= scale;
    }
}

void fovea_softmax_rows(size_t rows, size_t columns, float *x, float *copy) {
    if (columns == 0) return;
    for (size_t row = 0; row < rows; row++)
        softmax_row(columns, x + row * columns, copy == NULL ? NULL : copy + row * columns);
}

FOVEA_KERNEL static void softmax_row_backward(size_t columns, const float *p, float *g) {
#pragma clang fp contract(fast) reassociate(on)
    float dot = 0.0f;
    for (size_t i = 0; i < columns; i++) dot += p[i] * g[i];
    for (size_t i = 0; i < columns; i++) g[i] = p[i] * (g[i] - dot);
}

void fovea_softmax_rows_backward(size_t rows, size_t columns, const float *probabilities, float *cotangent) {
    for (size_t row = 0; row < rows; row++)
        softmax_row_backward(columns, probabilities + row * columns, cotangent + row * columns);
}
