// Elementary functions written so that a loop over them vectorises; about 1 to 3 ulp against libm in float.
#ifndef FOVEA_VECTOR_MATH_H
#define FOVEA_VECTOR_MATH_H

#include <stdint.h>
#include <string.h>

// Run-time dispatch: each kernel is compiled for AVX-512, AVX2 and plain x86-64, and the loader picks one. Elsewhere (arm64)
// the baseline already has the vector unit.
#if defined(__x86_64__) && defined(__linux__)
#define FOVEA_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOVEA_KERNEL
#endif

// The same by hand, for kernels with one variant for each: which sums are fused must not be left to the compiler where a result may
// not depend on its place among others. Arguments are vectors of FOVEA_FLOATS.
// The compiler would take only half of AVX-512's width for itself, which some early processors had reason to prefer.
#define FOVEA_AVX512 __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define FOVEA_AVX2 __attribute__((target("arch=x86-64-v3")))
#define FOVEA_FLOATS(COUNT) __attribute__((ext_vector_type(COUNT), aligned(4)))
#define FOVEA_FUSED(A, B, SUM) __builtin_elementwise_fma(A, B, SUM)
// For machines without fused instructions; in the scope of `#pragma clang fp contract(off)`.
#define FOVEA_SEPARATE(A, B, SUM) ((A) * (B) + (SUM))

static inline __attribute__((always_inline)) float fovea_power_of_two(int32_t n) {
    uint32_t bits = (uint32_t)(n + 127) << 23;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// exp(x) - 1 = 2^n (e^r - 1) + (2^n - 1) with x = n ln 2 + r, |r| <= ln 2 / 2, and the Taylor series of e^r - 1 to r^7
// (its remainder is below 2e-8 of r). Exact near 0, where exp(x) - 1 would cancel. For |x| <= 87.
static inline __attribute__((always_inline)) float fovea_expm1(float x) {
#pragma clang fp contract(fast)
    float shifted = x * 1.44269504088896f + 12582912.0f;  // 1.5 * 2^23: rounds to an integer in the low bits
    float n = shifted - 12582912.0f;
    float r = x - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
    float p = 1.0f / 5040.0f;
    p = p * r + 1.0f / 720.0f;
    p = p * r + 1.0f / 120.0f;
    p = p * r + 1.0f / 24.0f;
    p = p * r + 1.0f / 6.0f;
    p = p * r + 0.5f;
    p = p * r * r + r;
    float scale = fovea_power_of_two((int32_t)n);
    return scale * p + (scale - 1.0f);
}

static inline __attribute__((always_inline)) float fovea_clamp(float x, float low, float high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

static inline __attribute__((always_inline)) float fovea_exp(float x) {
    return fovea_expm1(fovea_clamp(x, -87.0f, 88.0f)) + 1.0f;
}

static inline __attribute__((always_inline)) float fovea_sigmoid(float x) { return 1.0f / (1.0f + fovea_exp(-x)); }

// tanh x = (e^2x - 1) / (e^2x + 1)
static inline __attribute__((always_inline)) float fovea_tanh(float x) {
    float e = fovea_expm1(fovea_clamp(2.0f * x, -40.0f, 40.0f));
    return e / (e + 2.0f);
}

#endif
