// The transposition of 16×16 numbers of 32 bits in registers.
#ifndef FOVEA_SQUARE_H
#define FOVEA_SQUARE_H

#include <stddef.h>

#include "vector_math.h"

enum { FOVEA_SQUARE = 16 };

typedef float fovea_square_row FOVEA_FLOATS(FOVEA_SQUARE);

// One step of a transposition: columns whose number has the bit `d` change places with rows that have not.
#define LOW(d, i) ((i) & (d) ? (i) - (d) + FOVEA_SQUARE : (i))
#define HIGH(d, i) ((i) & (d) ? (i) + FOVEA_SQUARE : (i) + (d))
#define LANES(F, d)                                                                                                    \
    F(d, 0), F(d, 1), F(d, 2), F(d, 3), F(d, 4), F(d, 5), F(d, 6), F(d, 7), F(d, 8), F(d, 9), F(d, 10), F(d, 11),      \
        F(d, 12), F(d, 13), F(d, 14), F(d, 15)
#define EXCHANGE(d)                                                                                                    \
    _Pragma("clang loop unroll(full)") for (size_t i = 0; i < FOVEA_SQUARE; i++) if (!(i & (d))) {                     \
        fovea_square_row low = rows[i], high = rows[i + (d)];                                                          \
        rows[i] = __builtin_shufflevector(low, high, LANES(LOW, d));                                                   \
        rows[i + (d)] = __builtin_shufflevector(low, high, LANES(HIGH, d));                                            \
    }

/// The rows of `target`, one after the other, are the columns of 16 rows `distance` apart; both may be the same memory.
static inline __attribute__((always_inline)) void fovea_transpose_square(
    const float *source, size_t distance, float *target) {
    fovea_square_row rows[FOVEA_SQUARE];
    _Pragma("clang loop unroll(full)") for (size_t i = 0; i < FOVEA_SQUARE; i++) rows[i] =
        *(const fovea_square_row *)(source + i * distance);
    EXCHANGE(1)
    EXCHANGE(2)
    EXCHANGE(4)
    EXCHANGE(8)
    _Pragma("clang loop unroll(full)") for (size_t i = 0; i < FOVEA_SQUARE; i++) ((fovea_square_row *)target)[i] =
        rows[i];
}

#undef LOW
#undef HIGH
#undef LANES
#undef EXCHANGE

#endif
