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

// 2^n of an n to which 1.5 * 2^23 was added, which rounds it to an integer in the low bits; what is above them leaves with the shift.
static inline __attribute__((always_inline)) float fovea_power_of_two(float shifted) {
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits << 23) + 0x3f800000u;
    memcpy(&shifted, &bits, sizeof bits);
    return shifted;
}

// e^x = 2^n e^r with x = n ln 2 + r, |r| <= ln 2 / 2, and for e^r the polynomial of degree 6 whose largest relative error is least
// (1.9e-9). For |x| <= 87.
struct fovea_exponential {
    float scale, rest;
};

static inline __attribute__((always_inline)) struct fovea_exponential fovea_split_exponential(float x) {
#pragma clang fp contract(fast)
    float shifted = x * 1.44269504088896f + 12582912.0f;
    float n = shifted - 12582912.0f;
    float r = x - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
    float rest = 1.3836835742475306e-3f;
    rest = rest * r + 8.3748240505893823e-3f;
    rest = rest * r + 4.1668226189294491e-2f;
    rest = rest * r + 1.6666420072125316e-1f;
    rest = rest * r + 4.9999992075088740e-1f;
    rest = rest * r + 1.0f;
    rest = rest * r + 1.0f;
    return (struct fovea_exponential){fovea_power_of_two(shifted), rest};
}

static inline __attribute__((always_inline)) float fovea_clamp(float x, float low, float high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

static inline __attribute__((always_inline)) float fovea_sigmoid(float x) {
#pragma clang fp contract(fast)
    struct fovea_exponential e = fovea_split_exponential(fovea_clamp(-x, -87.0f, 87.0f));
    return 1.0f / (e.scale * e.rest + 1.0f);
}

// tanh x = (e^2x - 1) / (e^2x + 1), where e^2x - 1 = 2^n p + (2^n - 1) with x = n ln 2 / 2 + r and p = e^2r - 1, exact near 0, as e^2x - 1
// would not be. p is r times the polynomial of degree 5 whose largest relative error is least (1.1e-8).
static inline __attribute__((always_inline)) float fovea_tanh(float x) {
#pragma clang fp contract(fast)
    x = fovea_clamp(x, -20.0f, 20.0f);
    float shifted = x * 2.88539008177793f + 12582912.0f;
    float n = shifted - 12582912.0f;
    float r = x - n * 0.3466796875f;
    r = r - n * -1.06097221e-4f;
    float p = 8.8888785119759016e-2f;
    p = p * r + 2.6781065115902588e-1f;
    p = p * r + 6.6667418537522919e-1f;
    p = p * r + 1.3333204873160327f;
    p = p * r + 1.9999999249017995f;
    p = p * r + 2.0f;
    float scale = fovea_power_of_two(shifted);
    float e = scale * (p * r) + (scale - 1.0f);
    return e / (e + 2.0f);
}

#endif
