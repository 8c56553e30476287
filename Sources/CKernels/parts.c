#include "parts.h"

#include "packer.h"

// On one core of a Xeon of the fifth generation, in Gflop/s beside vectors: 32×102 times 102×400 at 249 beside 142, 512×256 times
// 256×1024 at 237 beside 146, and while another process has the core's other half, 140 beside 93 and 144 beside 92.

#if defined(__x86_64__) && defined(__linux__)

#include <string.h>

// The left side is split anew at every product, which takes as long as sums for a few tens of columns, and C is written in pieces of
// tiles, which takes as long as sums of a few tens of steps.
bool fovea_parts_suit(size_t k, size_t n) {
    return ((n >= 80 && k >= 64) || (n >= 32 && k >= 256) || (n >= 256 && k >= 32)) && fovea_has_matrix_unit();
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

// Of a left side, 16 rows and up to so many pieces are split at a time: with the next rows, a column of the right side and the sums they
// have room in the first-level cache. Of 13 pieces, 4, 4 and 5 are taken, the last with a rest. With few columns there are few products to
// split the next rows between, and fewer pieces at a time are faster; but not of sums that are added to C, whose digits would depend on n.
enum { MOST = 4, NARROW = 64, MOST_OF_NARROW = 2, ROWS = 64, ROOM = 1 << 18 };

// 16 rows in pieces.
struct split {
    _Alignas(64) piece parts[MOST + 1];
    // How many pieces there are, and the tiles of the rest behind them.
    size_t pieces, rest_tiles;
    // The rows with something that has no parts, which are left out.
    __mmask16 wrong;
};

// Some steps of the rows of a left side.
struct left {
    bool transpose;
    const float *a;
    size_t lda, row_stride, step_stride, first_step, last_step;
    struct steps steps;
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
KERNEL static __mmask16 leave_out(const struct left *left, size_t start, size_t rows, struct split *split) {
    __mmask16 wrong = 0;
    for (size_t row = 0; row < rows; row++) {
        const float *a = left->a + (start + row) * left->row_stride;
        bool is_right = true;
        for (size_t step = left->first_step; step < left->last_step; step++)
            is_right &= has_parts(a[step * left->step_stride]);
        if (is_right) continue;
        wrong |= (__mmask16)(1u << row);
        clear_rows(row, row + 1, split->pieces + (split->rest_tiles > 0), split->parts);
    }
    return wrong;
}

// The way of up to 16 rows of a left side, from `start` on, into pieces.
INLINE struct packer packer_of_rows(const struct left *left, size_t start, size_t rows, struct split *split) {
    const float *a = left->a + start * left->row_stride + left->first_step * left->step_stride;
    size_t steps = left->last_step - left->first_step;
    return packer_of(
        left->transpose, left->transpose ? steps : rows, left->transpose ? rows : steps, a, left->lda, split->pieces,
        split->parts);
}

// What is to be done when the rows are in pieces.
INLINE void complete(const struct left *left, size_t start, size_t rows, struct packer *packer, struct split *split) {
    bool wrong = put_all(packer);
    if (left->transpose)
        transpose_pieces(split->pieces, split->parts);
    else
        clear_rows(rows, SIDE, split->pieces, split->parts);
    if (split->rest_tiles > 0) {
        size_t step = left->first_step + split->pieces * DEPTH;
        wrong |= split_rest(
            rows, left->steps, left->last_step - step, left->a + start * left->row_stride + step * left->step_stride,
            left->row_stride, left->step_stride, split->parts[split->pieces]);
    }
    split->wrong = wrong ? leave_out(left, start, rows, split) : 0;
}

// A tile of C. Where rows or columns do not fill it, it goes through memory that it fills; the sums are the same.
INLINE void multiply_tile(
    size_t count, size_t rest_tiles, const piece *a, const piece *b, size_t height, size_t width, float *c, size_t ldc,
    enum mode mode, struct packer *next, enum pace pace) {
    _Alignas(64) float sums[SQUARE];
    bool is_whole = height == SIDE && width == SIDE && mode != ADDS;
    if (!is_whole && mode == GOES_ON) get(c, ldc, height, width, sums);
    multiply_pieces(
        count, rest_tiles, a, b, mode == GOES_ON, is_whole ? c : sums, is_whole ? ldc : SIDE, next, pace);
    if (!is_whole) put(sums, height, width, c, ldc, mode == ADDS);
}

KERNEL void fovea_multiply_row_of_tiles(
    const piece *a, size_t rows, size_t n, struct steps steps, const piece *b, float *c, size_t ldc) {
    for (size_t column = 0; column < n; column += SIDE, b += pieces_of(steps))
        multiply_tile(
            steps.whole, steps.tiles, a, b, rows, smaller(n - column, SIDE), c + column, ldc, WRITES, NULL, ALONE);
}

// Up to 16 rows by all columns of C, whose pieces of the right side are `distance` apart.
INLINE void multiply_rows(
    const struct split *split, size_t rows, size_t n, const piece *b, size_t distance, float *c, size_t ldc,
    enum mode mode, struct packer *next, enum pace pace) {
    for (size_t column = 0; column < n; column += SIDE, b += distance)
        multiply_tile(
            split->pieces, split->rest_tiles, split->parts, b, rows, smaller(n - column, SIDE), c + column, ldc, mode,
            next, pace);
}

// C for some steps of rows from `start` to `end`.
KERNEL static void multiply_part(
    const struct left *left, size_t start, size_t end, size_t n, const piece *packed, float *c, size_t ldc,
    enum mode mode, struct split *split, struct split *next) {
    struct packer packer = packer_of_rows(left, start, smaller(end - start, SIDE), split);
    complete(left, start, smaller(end - start, SIDE), &packer, split);
    for (size_t row = start; row < end; row += SIDE) {
        size_t rows = smaller(end - row, SIDE), following = row + SIDE;
        size_t rows_then = following < end ? smaller(end - following, SIDE) : 0;
        const piece *b = packed + left->first_step / DEPTH;
        packer = rows_then > 0 ? packer_of_rows(left, following, rows_then, next) : no_packer();
        // A constant pace, so that each has its own loop.
        if (n <= NARROW)
            multiply_rows(split, rows, n, b, pieces_of(left->steps), c + row * ldc, ldc, mode, &packer, MANY);
        else
            multiply_rows(split, rows, n, b, pieces_of(left->steps), c + row * ldc, ldc, mode, &packer, SOME);
        for (size_t i = 0; i < rows; i++)
            if (split->wrong >> i & 1)
                add_row(
                    n, left->first_step, left->last_step, left->a + (row + i) * left->row_stride, left->step_stride,
                    packed, left->steps, c + (row + i) * ldc);
        if (rows_then > 0) complete(left, following, rows_then, &packer, next);
        struct split *other = split;
        split = next;
        next = other;
    }
}

KERNEL void fovea_multiply_parts(
    bool transpose_a, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, size_t packed_k,
    float *c, size_t ldc, bool adds) {
    struct steps steps = steps_of(packed_k);
    struct left left = {transpose_a, a, lda, transpose_a ? 1 : lda, transpose_a ? lda : 1, 0, 0, steps};
    bool has_rest = k > steps.whole * DEPTH;
    size_t whole = has_rest ? steps.whole : (k + DEPTH - 1) / DEPTH;
    size_t most = n <= NARROW && !adds ? MOST_OF_NARROW : MOST;
    // A right side that has room in the second-level cache is gone through for a few rows at a time, whose sums stay in the first;
    // of a larger one a few steps, for all rows.
    size_t block = fovea_parts_count(packed_k, n) <= ROOM ? ROWS : m;
    struct split split[2];
    begin_tiles();
    for (size_t start = 0; start < m; start += block)
        for (size_t first = 0; first == 0 || first < whole; first += most) {
            bool is_last = first + most >= whole;
            left.first_step = first * DEPTH;
            left.last_step = is_last ? k : (first + most) * DEPTH;
            split[0].pieces = split[1].pieces = smaller(whole - first, most);
            split[0].rest_tiles = split[1].rest_tiles = is_last && has_rest ? steps.tiles : 0;
            multiply_part(
                &left, start, smaller(start + block, m), n, (const piece *)packed, c, ldc,
                adds ? ADDS : first > 0 ? GOES_ON : WRITES, split, split + 1);
        }
    _tile_release();
}

#else

bool fovea_parts_suit(size_t k, size_t n) { return false; }

void fovea_multiply_parts(
    bool transpose_a, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, size_t packed_k,
    float *c, size_t ldc, bool adds) {}

#endif
