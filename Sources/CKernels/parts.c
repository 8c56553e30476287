#include "parts.h"

#include "square.h"

// The matrix unit of Intel's processors (AMX, from the fourth generation of Xeons) multiplies tiles of bfloat16 numbers and sums in
// single precision, sixteen times as fast as vectors multiply floats. A float is the sum of three bfloat16 numbers, a = a0 + a1 + a2
// (Henry, Tang & Heinecke 2019, "Leveraging the bfloat16 artificial intelligence datatype for higher-precision computations"), so
//
//     a b = a2 b0 + a1 b0 + a1 b1 + a0 b1 + a0 b2 + a0 b0        to 2^-25 a b
//
// in which every product is exact, and the sums are less often rounded than those of products of floats: the result is twice as
// exact (128×102 times 102×400: 1.2e-8 instead of 2.4e-8 of the sum of magnitudes, root mean square). Of numbers below 1e-30 digits are
// lost, and those below 1e-38 are 0.
//
// A tile is 16 rows of 16 pairs of numbers. A tile of the right side holds the steps of k in pairs, and so 32 of them; the two of a pair
// are 16 steps apart here, for then no number has to change its place when it is split.
//
// On one core of a Xeon of the fifth generation, in Gflop/s beside vectors: 32×102 times 102×400 at 249 beside 142, 512×256 times
// 256×1024 at 237 beside 146, and while another process has the core's other half, 140 beside 93 and 144 beside 92. The product takes one
// tile of each side at a time: where a core is shared, registers for tiles are short, and with four sums, two tiles of the left side
// and two of the right the first of these products runs at 70.

enum { SIDE = FOVEA_SQUARE, DEPTH = 2 * SIDE, PARTS = 3, SQUARE = SIDE * SIDE };

static size_t pieces(size_t k) { return (k + DEPTH - 1) / DEPTH; }

size_t fovea_parts_count(size_t k, size_t n) { return (n + SIDE - 1) / SIDE * pieces(k) * PARTS * SQUARE; }

#if defined(__x86_64__) && defined(__linux__)

#include <cpuid.h>
#include <immintrin.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KERNEL __attribute__((target("arch=x86-64-v4,amx-tile,amx-bf16"), min_vector_width(512)))
#define INLINE static inline __attribute__((always_inline)) KERNEL

// The system gives a process the unit's registers when it asks for them.
static bool is_granted(void) {
    enum { REQUEST_STATE = 0x1023, TILE_DATA = 18, BFLOAT16 = 1 << 22, TILES = 1 << 24 };
    unsigned a, b, c, d;
    if (!__builtin_cpu_supports("x86-64-v4") || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
    return (d & BFLOAT16) && (d & TILES) && syscall(SYS_arch_prctl, REQUEST_STATE, TILE_DATA) == 0;
}

bool fovea_has_matrix_unit(void) {
    static _Atomic int known = 0;
    if (atomic_load_explicit(&known, memory_order_relaxed) == 0) atomic_store(&known, is_granted() ? 1 : -1);
    return atomic_load_explicit(&known, memory_order_relaxed) > 0;
}

// The left side is split anew at every product, which takes as long as sums for a few tens of columns.
bool fovea_parts_suit(size_t k, size_t n) { return n >= 80 && k >= 64 && fovea_has_matrix_unit(); }

/// The parts of 16 rows by 32 steps.
typedef uint32_t piece[PARTS][SQUARE];

INLINE __m512i rounded(__m512 x) {
    return _mm512_and_si512(
        _mm512_add_epi32(_mm512_castps_si512(x), _mm512_set1_epi32(0x8000)), _mm512_set1_epi32((int)0xffff0000));
}

// The parts of 16 pairs; the pairs with something that has none. What is not finite, or is no longer when it is rounded, leaves NaN behind.
INLINE __mmask16 split(__m512 low, __m512 high, size_t row, piece parts) {
    for (size_t part = 0; part < PARTS - 1; part++) {
        __m512i l = rounded(low), h = rounded(high);
        _mm512_store_si512(parts[part] + row * SIDE, _mm512_or_si512(_mm512_srli_epi32(l, 16), h));
        low = _mm512_sub_ps(low, _mm512_castsi512_ps(l));
        high = _mm512_sub_ps(high, _mm512_castsi512_ps(h));
    }
    // What is left has no more digits than the last part holds.
    __m512i l = _mm512_castps_si512(low), h = _mm512_castps_si512(high);
    h = _mm512_and_si512(h, _mm512_set1_epi32((int)0xffff0000));
    _mm512_store_si512(parts[PARTS - 1] + row * SIDE, _mm512_or_si512(_mm512_srli_epi32(l, 16), h));
    return _mm512_cmp_ps_mask(low, high, _CMP_UNORD_Q);
}

INLINE __mmask16 first(size_t count) { return count >= SIDE ? 0xffff : (__mmask16)((1u << count) - 1); }

INLINE size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// Splits up to 16 rows by up to 32 steps that follow each other in memory into a piece with the same rows; what is missing is 0. Returns
// whether something has no parts.
KERNEL static bool split_along(size_t rows, size_t steps, const float *x, size_t ldx, piece parts) {
    __mmask16 lower = first(steps), upper = first(steps > SIDE ? steps - SIDE : 0), wrong = 0;
    for (size_t row = 0; row < rows; row++) {
        const float *source = x + row * ldx;
        __m512 low = _mm512_maskz_loadu_ps(lower, source), high = _mm512_maskz_loadu_ps(upper, source + SIDE);
        wrong |= split(low, high, row, parts);
    }
    for (size_t part = 0; part < PARTS; part++)
        memset(parts[part] + rows * SIDE, 0, (SIDE - rows) * SIDE * sizeof(uint32_t));
    return wrong != 0;
}

// Splits up to 32 steps by up to 16 columns that follow each other in memory into a piece whose rows are pairs of steps. Returns
// whether something has no parts.
KERNEL static bool split_across(size_t columns, size_t steps, const float *x, size_t ldx, piece parts) {
    __mmask16 present = first(columns), wrong = 0;
    for (size_t row = 0; row < SIDE; row++) {
        __m512 low = _mm512_setzero_ps(), high = low;
        if (row < steps) low = _mm512_maskz_loadu_ps(present, x + row * ldx);
        if (row + SIDE < steps) high = _mm512_maskz_loadu_ps(present, x + (row + SIDE) * ldx);
        wrong |= split(low, high, row, parts);
    }
    return wrong != 0;
}

KERNEL static void transpose_piece(piece parts) {
    for (size_t part = 0; part < PARTS; part++)
        fovea_transpose_square((const float *)parts[part], SIDE, (float *)parts[part]);
}

KERNEL bool fovea_pack_parts(bool transpose, size_t k, size_t n, const float *b, size_t ldb, float *packed) {
    piece *target = (piece *)packed;
    for (size_t column = 0; column < n; column += SIDE)
        for (size_t step = 0; step < k; step += DEPTH, target++) {
            size_t width = smaller(n - column, SIDE), steps = smaller(k - step, DEPTH);
            if (transpose) {
                if (split_along(width, steps, b + column * ldb + step, ldb, *target)) return false;
                transpose_piece(*target);
            } else if (split_across(width, steps, b + step * ldb + column, ldb, *target)) {
                return false;
            }
        }
    return true;
}

// 16×16 sums from `count` pieces of both sides, on top of those in C if it `goes_on`.
INLINE void multiply_pieces(size_t count, const piece *a, const piece *b, bool goes_on, float *c, size_t ldc) {
    enum { SUMS = 0, LEFT = 1, RIGHT = 2, LINE = 64 };
    if (goes_on)
        _tile_loadd(SUMS, c, ldc * sizeof *c);
    else
        _tile_zero(SUMS);
    for (size_t i = 0; i < count; i++) {
        _tile_loadd(LEFT, a[i][2], LINE);
        _tile_loadd(RIGHT, b[i][0], LINE);
        _tile_dpbf16ps(SUMS, LEFT, RIGHT);
        _tile_loadd(LEFT, a[i][1], LINE);
        _tile_dpbf16ps(SUMS, LEFT, RIGHT);
        _tile_loadd(RIGHT, b[i][1], LINE);
        _tile_dpbf16ps(SUMS, LEFT, RIGHT);
        _tile_loadd(LEFT, a[i][0], LINE);
        _tile_dpbf16ps(SUMS, LEFT, RIGHT);
        _tile_loadd(RIGHT, b[i][2], LINE);
        _tile_dpbf16ps(SUMS, LEFT, RIGHT);
        _tile_loadd(RIGHT, b[i][0], LINE);
        _tile_dpbf16ps(SUMS, LEFT, RIGHT);
    }
    _tile_stored(SUMS, c, ldc * sizeof *c);
}

// A part of C by way of memory of a tile's size.
INLINE void put(const float *sums, size_t rows, size_t width, float *c, size_t ldc, bool adds) {
    __mmask16 present = first(width);
    for (size_t row = 0; row < rows; row++) {
        __m512 sum = _mm512_load_ps(sums + row * SIDE);
        if (adds) sum = _mm512_add_ps(_mm512_maskz_loadu_ps(present, c + row * ldc), sum);
        _mm512_mask_storeu_ps(c + row * ldc, present, sum);
    }
}

INLINE void get(const float *c, size_t ldc, size_t rows, size_t width, float *sums) {
    for (size_t row = 0; row < rows; row++)
        _mm512_store_ps(sums + row * SIDE, _mm512_maskz_loadu_ps(first(width), c + row * ldc));
}

static float part_of(const piece *b, size_t part, size_t step, size_t column) {
    uint32_t pair = b[step / DEPTH][part][step % SIDE * SIDE + column], bits;
    float value;
    bits = step % DEPTH < SIDE ? pair << 16 : pair & 0xffff0000;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// What a row with infinities or NaN adds: those have no parts, and their products are formed as they are.
static void add_row(size_t n, size_t k, const float *a, size_t step, const piece *b, size_t distance, float *c) {
    for (size_t column = 0; column < n; column++) {
        const piece *tile = b + column / SIDE * distance;
        float sum = 0;
        for (size_t i = 0; i < k; i++) {
            float value = part_of(tile, 2, i, column % SIDE) + part_of(tile, 1, i, column % SIDE);
            sum += a[i * step] * (value + part_of(tile, 0, i, column % SIDE));
        }
        c[column] += sum;
    }
}

// The left side of a product, a part of it as large as is split at a time: with a column of the right side and the sums it has room in
// the first-level cache.
enum { MOST = 4, TOGETHER = 2 };

struct left {
    _Alignas(64) piece parts[TOGETHER][MOST];
    /// The rows with something that has no parts, which are left out.
    __mmask16 wrong[TOGETHER];
};

// Whether a number is finite, and so still when it is rounded to its first part.
static bool has_parts(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (bits & 0x7fffffff) < 0x7f7f8000;
}

// Takes rows with something that has no parts out of a piece.
static __mmask16 leave_out(
    size_t rows, size_t k, const float *a, size_t row_stride, size_t step_stride, piece *parts) {
    __mmask16 wrong = 0;
    for (size_t row = 0; row < rows; row++) {
        bool is_right = true;
        for (size_t step = 0; step < k; step++) is_right &= has_parts(a[row * row_stride + step * step_stride]);
        if (is_right) continue;
        wrong |= (__mmask16)(1u << row);
        for (size_t i = 0; i < pieces(k); i++)
            for (size_t part = 0; part < PARTS; part++)
                memset(parts[i][part] + row * SIDE, 0, SIDE * sizeof(uint32_t));
    }
    return wrong;
}

// Up to 16 rows of the left side; returns those that are left out.
INLINE __mmask16 split_left(bool transpose, size_t rows, size_t k, const float *a, size_t lda, piece *parts) {
    bool wrong = false;
    for (size_t i = 0; i < pieces(k); i++) {
        size_t steps = smaller(k - i * DEPTH, DEPTH);
        if (transpose) {
            wrong |= split_across(rows, steps, a + i * DEPTH * lda, lda, parts[i]);
            transpose_piece(parts[i]);
        } else {
            wrong |= split_along(rows, steps, a + i * DEPTH, lda, parts[i]);
        }
    }
    return wrong ? leave_out(rows, k, a, transpose ? 1 : lda, transpose ? lda : 1, parts) : 0;
}

// What to do with C: to write it, to go on with the sums of earlier steps that are there, or to add to it.
enum mode { WRITES, GOES_ON, ADDS };

// Up to TOGETHER tiles of rows by all columns, for up to MOST pieces of k. Rows and columns that fill no tile go through memory that
// does; their sums are the same.
KERNEL static void multiply_rows(
    const struct left *left, size_t rows, size_t n, size_t k, const piece *b, size_t distance, float *c, size_t ldc,
    enum mode mode) {
    _Alignas(64) float sums[SQUARE];
    for (size_t column = 0; column < n; column += SIDE, b += distance) {
        size_t width = smaller(n - column, SIDE);
        for (size_t row = 0; row < rows; row += SIDE) {
            size_t height = smaller(rows - row, SIDE);
            const piece *a = left->parts[row / SIDE];
            float *target = c + row * ldc + column;
            if (height == SIDE && width == SIDE && mode != ADDS) {
                multiply_pieces(pieces(k), a, b, mode == GOES_ON, target, ldc);
            } else {
                if (mode == GOES_ON) get(target, ldc, height, width, sums);
                multiply_pieces(pieces(k), a, b, mode == GOES_ON, sums, SIDE);
                put(sums, height, width, target, ldc, mode == ADDS);
            }
        }
    }
}

KERNEL void fovea_multiply_parts(
    bool transpose_a, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, size_t packed_k,
    float *c, size_t ldc, bool adds) {
    static const struct {
        uint8_t palette, first_row, unused[14];
        uint16_t bytes[16];
        uint8_t rows[16];
    } shape = {1, 0, {0}, {64, 64, 64}, {SIDE, SIDE, SIDE}};
    size_t distance = pieces(packed_k), row_stride = transpose_a ? 1 : lda, step_stride = transpose_a ? lda : 1;
    struct left left;
    _tile_loadconfig(&shape);
    for (size_t step = 0; step < k || step == 0; step += MOST * DEPTH) {
        size_t depth = smaller(k - step, MOST * DEPTH);
        const piece *b = (const piece *)packed + step / DEPTH;
        enum mode mode = adds ? ADDS : step > 0 ? GOES_ON : WRITES;
        for (size_t first = 0; first < m; first += TOGETHER * SIDE) {
            size_t rows = smaller(m - first, TOGETHER * SIDE);
            const float *source = a + first * row_stride + step * step_stride;
            for (size_t row = 0; row < rows; row += SIDE)
                left.wrong[row / SIDE] = split_left(
                    transpose_a, smaller(rows - row, SIDE), depth, source + row * row_stride, lda,
                    left.parts[row / SIDE]);
            multiply_rows(&left, rows, n, depth, b, distance, c + first * ldc, ldc, mode);
            for (size_t row = 0; row < rows; row++)
                if (left.wrong[row / SIDE] >> row % SIDE & 1)
                    add_row(
                        n, depth, source + row * row_stride, step_stride, b, distance, c + (first + row) * ldc);
        }
    }
    _tile_release();
}

#else

bool fovea_has_matrix_unit(void) { return false; }

bool fovea_parts_suit(size_t k, size_t n) { return false; }

bool fovea_pack_parts(bool transpose, size_t k, size_t n, const float *b, size_t ldb, float *packed) { return false; }

void fovea_multiply_parts(
    bool transpose_a, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, size_t packed_k,
    float *c, size_t ldc, bool adds) {}

#endif
