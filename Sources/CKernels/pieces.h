// How floats lie in parts for the matrix unit of Intel's processors, and the product of what lies so.
//
// The matrix unit (AMX, from the fourth generation of Xeons) multiplies tiles of bfloat16 numbers and sums in single precision, sixteen
// times as fast as vectors multiply floats. A float is the sum of three bfloat16 numbers, a = a0 + a1 + a2 (Henry, Tang & Heinecke 2019,
// "Leveraging the bfloat16 artificial intelligence datatype for higher-precision computations"), so
//
//     a b = a2 b0 + a1 b0 + a1 b1 + a0 b1 + a0 b2 + a0 b0        to 2^-25 a b
//
// in which every product is exact, and the sums are less often rounded than those of products of floats: the result is twice as
// exact (128×102 times 102×400: 1.2e-8 instead of 2.4e-8 of the sum of magnitudes, root mean square). Of numbers below 1e-30 digits are
// lost, and those below 1e-38 are 0.
//
// A tile is 16 rows of 16 pairs of numbers; products of pairs are summed. Of k steps, 32 at a time are a piece: a tile for each part, and
// six products of tiles. Step s makes a pair with step s + 16, for then no number has to change its place when it is split.
//
// What is left of k, if that is up to 16 steps, is no piece with zeros but a rest: each step has three pairs, (a2, a1) with (b0, b0),
// (a1, a0) with (b1, b1) and (a0, a0) with (b2, b0), first those of all its steps, then the second ones, then the third; they fill up to
// three tiles, and so up to three products instead of six. That is a sixth of the time of a recurrent step, 32×102 times 102×400.
#ifndef FOVEA_PIECES_H
#define FOVEA_PIECES_H

#include "parts.h"
#include "square.h"

enum { SIDE = FOVEA_SQUARE, DEPTH = 2 * SIDE, PARTS = 3, SQUARE = SIDE * SIDE };

static inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/// How many tiles so many rows or columns take.
static inline size_t tiles_of(size_t count) { return (count + SIDE - 1) / SIDE; }

/// How k steps lie.
struct steps {
    /// The number of pieces.
    size_t whole;
    /// The steps of the rest, and the tiles that they fill.
    size_t rest, tiles;
};

static inline struct steps steps_of(size_t k) {
    size_t whole = (k + SIDE - 1) / DEPTH, rest = k > whole * DEPTH ? k - whole * DEPTH : 0;
    return (struct steps){whole, rest, (PARTS * rest + SIDE - 1) / SIDE};
}

/// The pieces with the rest, which takes as much memory as one.
static inline size_t pieces_of(struct steps steps) { return steps.whole + (steps.rest > 0); }

#if defined(__x86_64__) && defined(__linux__)

#include <immintrin.h>
#include <string.h>

#define KERNEL __attribute__((target("arch=x86-64-v4,amx-tile,amx-bf16"), min_vector_width(512)))
#define INLINE static inline __attribute__((always_inline)) KERNEL

/// A tile of each part, of 16 rows by 32 steps or of 32 steps by 16 columns, whose rows are pairs of steps; or those of a rest.
typedef uint32_t piece[PARTS][SQUARE];

INLINE __mmask16 first(size_t count) { return count >= SIDE ? 0xffff : (__mmask16)((1u << count) - 1); }

/// 16 floats in their parts, the upper halves of these; what is not finite, or is no longer when it is rounded, leaves NaN in the last one.
struct parts {
    __m512i part[PARTS];
};

INLINE struct parts in_parts(__m512 x) {
    struct parts result;
    for (size_t part = 0; part < PARTS - 1; part++) {
        __m512i bits = _mm512_add_epi32(_mm512_castps_si512(x), _mm512_set1_epi32(0x8000));
        bits = _mm512_and_si512(bits, _mm512_set1_epi32((int)0xffff0000));
        result.part[part] = bits;
        x = _mm512_sub_ps(x, _mm512_castsi512_ps(bits));
    }
    // What is left has no more digits than the last part holds.
    result.part[PARTS - 1] = _mm512_castps_si512(x);
    return result;
}

/// Which of 16 floats or of 16 others have no parts.
INLINE __mmask16 without_parts(struct parts x, struct parts y) {
    return _mm512_cmp_ps_mask(
        _mm512_castsi512_ps(x.part[PARTS - 1]), _mm512_castsi512_ps(y.part[PARTS - 1]), _CMP_UNORD_Q);
}

INLINE __m512i pairs(__m512i low, __m512i high) {
    return _mm512_or_si512(
        _mm512_srli_epi32(low, 16), _mm512_and_si512(high, _mm512_set1_epi32((int)0xffff0000)));
}

/// Puts 16 pairs into a row of a piece; returns which have no parts.
INLINE __mmask16 put_pairs(__m512 low, __m512 high, size_t row, piece target) {
    struct parts l = in_parts(low), h = in_parts(high);
    for (size_t part = 0; part < PARTS; part++)
        _mm512_store_si512(target[part] + row * SIDE, pairs(l.part[part], h.part[part]));
    return without_parts(l, h);
}

/// Puts a row of a left side's rest; returns which steps have no parts. Whole vectors, since the matrix unit waits for what was stored
/// in pieces.
INLINE __mmask16 put_rest(__m512 x, size_t row, struct steps steps, piece target) {
    struct parts p = in_parts(x);
    __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m512i behind_first = _mm512_sub_epi32(lane, _mm512_set1_epi32((int)steps.rest));
    __m512i behind_second = _mm512_sub_epi32(behind_first, _mm512_set1_epi32((int)steps.rest));
    __m512i first = pairs(p.part[2], p.part[1]);
    __m512i second = _mm512_permutexvar_epi32(behind_first, pairs(p.part[1], p.part[0]));
    __m512i third = _mm512_permutexvar_epi32(behind_second, pairs(p.part[0], p.part[0]));
    uint64_t present = (1u << steps.rest) - 1;
    // All tiles, also those that stay 0: no choice at each row.
    for (size_t tile = 0; tile < PARTS; tile++) {
        __m512i line = _mm512_maskz_mov_epi32((__mmask16)(present >> tile * SIDE), first);
        line = _mm512_mask_mov_epi32(line, (__mmask16)(present << steps.rest >> tile * SIDE), second);
        line = _mm512_mask_mov_epi32(line, (__mmask16)(present << 2 * steps.rest >> tile * SIDE), third);
        _mm512_store_si512(target[tile] + row * SIDE, line);
    }
    return without_parts(p, p);
}

/// Makes rows of pieces 0.
INLINE void clear_rows(size_t from, size_t to, size_t count, piece *pieces) {
    for (size_t i = 0; from < to && i < count; i++)
        for (size_t part = 0; part < PARTS; part++)
            memset(pieces[i][part] + from * SIDE, 0, (to - from) * SIDE * sizeof(uint32_t));
}

/// Makes the matrix unit ready for tiles of 16 rows.
INLINE void begin_tiles(void) {
    static const struct {
        uint8_t palette, first_row, unused[14];
        uint16_t bytes[16];
        uint8_t rows[16];
    } shape = {1, 0, {0}, {64, 64, 64}, {SIDE, SIDE, SIDE}};
    _tile_loadconfig(&shape);
}

/// C for up to 16 rows of a left side with all its steps, by n columns.
void fovea_multiply_row_of_tiles(
    const piece *a, size_t rows, size_t n, struct steps steps, const piece *b, float *c, size_t ldc);

/// One row of C from a row of floats, as it is, also with infinities and NaN.
void fovea_multiply_row_plainly(size_t n, size_t k, const float *a, const piece *b, float *c);

#endif
#endif
