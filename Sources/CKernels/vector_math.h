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

// e^x = 2^n (1 + p) with x = n ln 2 + r, |r| <= ln 2 / 2, and p = e^r - 1 = r + r^2 q(r) with the polynomial q of degree 5 whose largest
// relative error is least (2e-9). For |x| <= 87.
struct fovea_exponential {
    float scale, p;
};

static inline __attribute__((always_inline)) struct fovea_exponential fovea_split_exponential(float x) {
#pragma clang fp contract(fast)
    float shifted = x * 1.44269504088896f + 12582912.0f;  // 1.5 * 2^23: rounds to an integer in the low bits
    float n = shifted - 12582912.0f;
    float r = x - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
    float q = 1.9845881615765393e-4f;
    q = q * r + 1.3940668432042003e-3f;
    q = q * r + 8.3333896473050117e-3f;
    q = q * r + 4.1666358709335327e-2f;
    q = q * r + 1.6666665673255920e-1f;
    q = q * r + 0.5f;
    // The low bits of the shifted number are n, and what is above them leaves with the shift.
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits << 23) + 0x3f800000u;
    struct fovea_exponential result = {0, q * (r * r) + r};
    memcpy(&result.scale, &bits, sizeof bits);
    return result;
}

// e^x - 1, exact near 0, where e^x - 1 would cancel.
static inline __attribute__((always_inline)) float fovea_expm1(float x) {
#pragma clang fp contract(fast)
    struct fovea_exponential e = fovea_split_exponential(x);
    return e.scale * e.p + (e.scale - 1.0f);
}

static inline __attribute__((always_inline)) float fovea_clamp(float x, float low, float high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

static inline __attribute__((always_inline)) float fovea_exp(float x) {
#pragma clang fp contract(fast)
    struct fovea_exponential e = fovea_split_exponential(fovea_clamp(x, -87.0f, 88.0f));
    return e.scale * e.p + e.scale;
}

static inline __attribute__((always_inline)) float fovea_sigmoid(float x) { return 1.0f / (1.0f + fovea_exp(-x)); }

// tanh x = (e^2x - 1) / (e^2x + 1)
static inline __attribute__((always_inline)) float fovea_tanh(float x) {
    float e = fovea_expm1(fovea_clamp(2.0f * x, -40.0f, 40.0f));
    return e / (e + 2.0f);
}

#endif
