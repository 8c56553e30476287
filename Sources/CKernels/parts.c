#include "parts.h"

#include "pieces.h"

// On one core of a Xeon of the fifth generation, in Gflop/s beside vectors: 32×102 times 102×400 at 249 beside 142, 512×256 times
// 256×1024 at 237 beside 146, and while another process has the core's other half, 140 beside 93 and 144 beside 92.

size_t fovea_parts_count(size_t k, size_t n) { return (n + SIDE - 1) / SIDE * pieces_of(steps_of(k)) * PARTS * SQUARE; }

#if defined(__x86_64__) && defined(__linux__)

#include <string.h>

// The left side is split anew at every product, which takes as long as sums for a few tens of columns, and C is written in pieces of
// tiles, which takes as long as sums of a few tens of steps.
bool fovea_parts_suit(size_t k, size_t n) {
    return ((n >= 80 && k >= 64) || (n >= 32 && k >= 256) || (n >= 256 && k >= 32)) && fovea_has_matrix_unit();
}

// Splits up to 16 rows by up to 32 steps that follow each other in memory into a piece with the same rows; what is missing is 0. Returns
// whether something has no parts.
KERNEL static bool split_along(size_t rows, size_t steps, const float *x, size_t ldx, piece parts) {
    __mmask16 lower = first(steps), upper = first(steps > SIDE ? steps - SIDE : 0), wrong = 0;
    for (size_t row = 0; row < rows; row++) {
        const float *source = x + row * ldx;
        __m512 low = _mm512_maskz_loadu_ps(lower, source), high = _mm512_maskz_loadu_ps(upper, source + SIDE);
        wrong |= put_pairs(low, high, row, parts);
    }
    clear_rows(rows, SIDE, 1, (piece *)parts);
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
        wrong |= put_pairs(low, high, row, parts);
    }
    return wrong != 0;
}

KERNEL static void transpose_piece(piece parts) {
    for (size_t part = 0; part < PARTS; part++)
        fovea_transpose_square((const float *)parts[part], SIDE, (float *)parts[part]);
}

// The rest of a right side's steps, up to 16 columns of it. Returns whether something has no parts.
KERNEL static bool pack_rest(
    bool transpose, size_t columns, struct steps steps, const float *x, size_t ldx, piece parts) {
    __mmask16 wrong = 0;
    uint32_t *row = *parts;
    memset(parts, 0, sizeof(piece));
    for (size_t step = 0; step < steps.rest; step++) {
        float gathered[SIDE] = {0};
        for (size_t j = 0; j < columns; j++) gathered[j] = transpose ? x[j * ldx + step] : x[step * ldx + j];
        struct parts p = in_parts(_mm512_loadu_ps(gathered));
        wrong |= without_parts(p, p);
        _mm512_store_si512(row + step * SIDE, pairs(p.part[0], p.part[0]));
        _mm512_store_si512(row + (steps.rest + step) * SIDE, pairs(p.part[1], p.part[1]));
        _mm512_store_si512(row + (2 * steps.rest + step) * SIDE, pairs(p.part[2], p.part[0]));
    }
    return wrong != 0;
}

// Up to 16 columns by up to 32 steps.
INLINE bool pack_piece(bool transpose, size_t columns, size_t steps, const float *x, size_t ldx, piece parts) {
    if (!transpose) return split_across(columns, steps, x, ldx, parts);
    bool wrong = split_along(columns, steps, x, ldx, parts);
    transpose_piece(parts);
    return wrong;
}

KERNEL bool fovea_pack_parts(bool transpose, size_t k, size_t n, const float *b, size_t ldb, float *packed) {
    struct steps steps = steps_of(k);
    size_t stride = transpose ? 1 : ldb;
    piece *target = (piece *)packed;
    for (size_t column = 0; column < n; column += SIDE) {
        const float *part = b + column * (transpose ? ldb : 1);
        size_t width = smaller(n - column, SIDE);
        for (size_t step = 0; step < steps.whole * DEPTH; step += DEPTH)
            if (pack_piece(transpose, width, smaller(k - step, DEPTH), part + step * stride, ldb, *target++)) return false;
        if (steps.rest > 0 && pack_rest(transpose, width, steps, part + steps.whole * DEPTH * stride, ldb, *target++))
            return false;
    }
    return true;
}

// What to do with C: to write it, to go on with the sums of earlier steps that are there, or to add to it.
enum mode { WRITES, GOES_ON, ADDS };

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

// A float of a right side with `steps`.
static float value_of(const piece *b, struct steps steps, size_t step, size_t column) {
    float parts[PARTS], sum = 0;
    for (size_t part = 0; part < PARTS; part++) {
        uint32_t pair, bits;
        if (step < steps.whole * DEPTH) {
            pair = b[step / DEPTH][part][step % SIDE * SIDE + column];
            bits = step % DEPTH < SIDE ? pair << 16 : pair & 0xffff0000;
        } else {
            pair = b[steps.whole][0][(part * steps.rest + step - steps.whole * DEPTH) * SIDE + column];
            bits = pair << 16;
        }
        memcpy(parts + part, &bits, sizeof bits);
    }
    for (size_t part = PARTS; part-- > 0;) sum += parts[part];
    return sum;
}

// What a row with infinities or NaN adds: those have no parts, and their products are formed as they are.
static void add_row(
    size_t n, size_t from, size_t to, const float *a, size_t step, const piece *b, struct steps steps, float *c) {
    for (size_t column = 0; column < n; column++) {
        const piece *tile = b + column / SIDE * pieces_of(steps);
        float sum = 0;
        for (size_t i = from; i < to; i++) sum += a[i * step] * value_of(tile, steps, i, column % SIDE);
        c[column] += sum;
    }
}

void fovea_multiply_row_plainly(size_t n, size_t k, const float *a, const piece *b, float *c) {
    memset(c, 0, n * sizeof *c);
    add_row(n, 0, k, a, 1, b, steps_of(k), c);
}

// A left side, a part of it as large as is split at a time: with a column of the right side and the sums it has room in the
// first-level cache. Of 13 pieces, 4, 4 and 5 are taken, the last with a rest.
enum { MOST = 4, TOGETHER = 2, ROOM = 1 << 18 };

struct left {
    _Alignas(64) piece parts[TOGETHER][MOST + 1];
    // How many pieces there are, and the tiles of the rest behind them.
    size_t pieces, rest_tiles;
    // The rows with something that has no parts, which are left out.
    __mmask16 wrong[TOGETHER];
};

// Whether a number is finite, and so still when it is rounded to its first part.
static bool has_parts(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (bits & 0x7fffffff) < 0x7f7f8000;
}

// The rest of up to 16 rows. Returns whether something has no parts.
KERNEL static bool split_rest(
    size_t rows, struct steps steps, size_t present, const float *a, size_t row_stride, size_t step_stride,
    piece parts) {
    __mmask16 wrong = 0;
    for (size_t row = 0; row < rows; row++) {
        const float *source = a + row * row_stride;
        __m512 x;
        if (step_stride == 1) {
            x = _mm512_maskz_loadu_ps(first(present), source);
        } else {
            float gathered[SIDE] = {0};
            for (size_t i = 0; i < present; i++) gathered[i] = source[i * step_stride];
            x = _mm512_loadu_ps(gathered);
        }
        wrong |= put_rest(x, row, steps, parts);
    }
    clear_rows(rows, SIDE, 1, (piece *)parts);
    return wrong != 0;
}

// Takes rows with something that has no parts out of a left side.
KERNEL static __mmask16 leave_out(
    size_t rows, size_t first, size_t last, const float *a, size_t row_stride, size_t step_stride, struct left *left,
    piece *parts) {
    __mmask16 wrong = 0;
    for (size_t row = 0; row < rows; row++) {
        bool is_right = true;
        for (size_t step = first; step < last; step++) is_right &= has_parts(a[row * row_stride + step * step_stride]);
        if (is_right) continue;
        wrong |= (__mmask16)(1u << row);
        clear_rows(row, row + 1, left->pieces + (left->rest_tiles > 0), parts);
    }
    return wrong;
}

// Up to 16 rows of the left side, from its piece `start` and from its step `step` on to its step `end`.
INLINE __mmask16 split_left(
    bool transpose, size_t rows, size_t step, size_t end, struct steps steps, const float *a, size_t lda,
    struct left *left, piece *parts) {
    size_t row_stride = transpose ? 1 : lda, step_stride = transpose ? lda : 1;
    bool wrong = false;
    for (size_t i = 0; i < left->pieces; i++) {
        const float *source = a + (step + i * DEPTH) * step_stride;
        size_t count = smaller(end - step - i * DEPTH, DEPTH);
        if (transpose) {
            wrong |= split_across(rows, count, source, lda, parts[i]);
            transpose_piece(parts[i]);
        } else {
            wrong |= split_along(rows, count, source, lda, parts[i]);
        }
    }
    if (left->rest_tiles > 0) {
        size_t begin = step + left->pieces * DEPTH;
        wrong |= split_rest(
            rows, steps, end - begin, a + begin * step_stride, row_stride, step_stride, parts[left->pieces]);
    }
    return wrong ? leave_out(rows, step, end, a, row_stride, step_stride, left, parts) : 0;
}

// A tile of C. Where rows or columns do not fill it, it goes through memory that it fills; the sums are the same.
INLINE void multiply_tile(
    size_t count, size_t rest_tiles, const piece *a, const piece *b, size_t height, size_t width, float *c, size_t ldc,
    enum mode mode) {
    _Alignas(64) float sums[SQUARE];
    if (height == SIDE && width == SIDE && mode != ADDS) {
        multiply_pieces(count, rest_tiles, a, b, mode == GOES_ON, c, ldc);
    } else {
        if (mode == GOES_ON) get(c, ldc, height, width, sums);
        multiply_pieces(count, rest_tiles, a, b, mode == GOES_ON, sums, SIDE);
        put(sums, height, width, c, ldc, mode == ADDS);
    }
}

KERNEL void fovea_multiply_row_of_tiles(
    const piece *a, size_t rows, size_t n, struct steps steps, const piece *b, float *c, size_t ldc) {
    for (size_t column = 0; column < n; column += SIDE, b += pieces_of(steps))
        multiply_tile(steps.whole, steps.tiles, a, b, rows, smaller(n - column, SIDE), c + column, ldc, WRITES);
}

// Up to TOGETHER tiles of rows by all columns of C, whose pieces of the right side are `distance` apart.
KERNEL static void multiply_rows(
    const struct left *left, size_t rows, size_t n, const piece *b, size_t distance, float *c, size_t ldc,
    enum mode mode) {
    for (size_t column = 0; column < n; column += SIDE, b += distance)
        for (size_t row = 0; row < rows; row += SIDE)
            multiply_tile(
                left->pieces, left->rest_tiles, left->parts[row / SIDE], b, smaller(rows - row, SIDE),
                smaller(n - column, SIDE), c + row * ldc + column, ldc, mode);
}

KERNEL void fovea_multiply_parts(
    bool transpose_a, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, size_t packed_k,
    float *c, size_t ldc, bool adds) {
    struct steps steps = steps_of(packed_k);
    size_t distance = pieces_of(steps), row_stride = transpose_a ? 1 : lda, step_stride = transpose_a ? lda : 1;
    bool has_rest = k > steps.whole * DEPTH;
    size_t whole = has_rest ? steps.whole : (k + DEPTH - 1) / DEPTH;
    // A right side that has room in the second-level cache is gone through for a few rows at a time, whose sums stay in the first;
    // of a larger one a few steps, for all rows.
    size_t block = fovea_parts_count(packed_k, n) <= ROOM ? TOGETHER * SIDE : m;
    // Two tiles of rows share the right side's way from the second-level cache to the first, and one alone leaves more room there: two
    // are faster for 32×102 times 102×400 (by 7 %), one for all products with more steps or rows that were tried (by 5 to 15 %).
    size_t together = m <= TOGETHER * SIDE && whole <= MOST ? TOGETHER * SIDE : SIDE;
    struct left left;
    begin_tiles();
    for (size_t start = 0; start < m; start += block)
        for (size_t piece_index = 0; piece_index == 0 || piece_index < whole; piece_index += MOST) {
            bool is_last = piece_index + MOST >= whole;
            left.pieces = smaller(whole - piece_index, MOST);
            left.rest_tiles = is_last && has_rest ? steps.tiles : 0;
            size_t step = piece_index * DEPTH, end = is_last ? k : step + MOST * DEPTH;
            const piece *b = (const piece *)packed + piece_index;
            enum mode mode = adds ? ADDS : piece_index > 0 ? GOES_ON : WRITES;
            for (size_t first = start; first < smaller(start + block, m); first += together) {
                size_t rows = smaller(m - first, together);
                const float *source = a + first * row_stride;
                for (size_t row = 0; row < rows; row += SIDE)
                    left.wrong[row / SIDE] = split_left(
                        transpose_a, smaller(rows - row, SIDE), step, end, steps, source + row * row_stride, lda,
                        &left, left.parts[row / SIDE]);
                multiply_rows(&left, rows, n, b, distance, c + first * ldc, ldc, mode);
                for (size_t row = 0; row < rows; row++)
                    if (left.wrong[row / SIDE] >> row % SIDE & 1)
                        add_row(
                            n, step, end, source + row * row_stride, step_stride, (const piece *)packed, steps,
                            c + (first + row) * ldc);
            }
        }
    _tile_release();
}

#else

bool fovea_parts_suit(size_t k, size_t n) { return false; }

bool fovea_pack_parts(bool transpose, size_t k, size_t n, const float *b, size_t ldb, float *packed) { return false; }

void fovea_multiply_parts(
    bool transpose_a, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, size_t packed_k,
    float *c, size_t ldc, bool adds) {}

#endif
