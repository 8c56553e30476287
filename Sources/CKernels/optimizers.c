#include "CKernels.h"
#include "vector_math.h"

// The same operations in the same order for every element whatever the vector width, so that a training does not depend on the
// processor's: no contraction. The elementwise root is the instruction alone; sqrtf, which may set errno, would keep the loop from being
// vectorised (146 instead of 20 us for the founding model's weights).
FOVEA_KERNEL void fovea_adam(
    size_t count, float rate, float beta1, float beta2, float epsilon, const float *restrict gradient,
    float *restrict m, float *restrict v, float *restrict weights) {
#pragma clang fp contract(off)
    for (size_t i = 0; i < count; i++) {
        float g = gradient[i];
        m[i] += (g - m[i]) * (1.0f - beta1);
        v[i] += (g * g - v[i]) * (1.0f - beta2);
        weights[i] -= m[i] * rate / (__builtin_elementwise_sqrt(v[i]) + epsilon);
    }
}

FOVEA_KERNEL void fovea_rmsprop(
    size_t count, float rate, float rho, float epsilon, const float *restrict gradient, float *restrict v,
    float *restrict weights) {
#pragma clang fp contract(off)
    for (size_t i = 0; i < count; i++) {
        float g = gradient[i];
        v[i] = rho * v[i] + (1.0f - rho) * g * g;
        weights[i] -= rate * g / __builtin_elementwise_sqrt(v[i] + epsilon);
    }
}
