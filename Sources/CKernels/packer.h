// Floats on their way into pieces, a few rows at a time.
//
// While the matrix unit multiplies, one of the two ports for vectors is taken, and where the core is shared the unit mostly waits for tiles
// to come out of the caches. So what is needed next is split between products: 64×512 times 512×32 at 190 Gflop/s instead of 166, and
// while another process has the core's other half, 115 beside 85; 48×1024 times 1024×256 at 258 beside 250, and 145 beside 127.
#ifndef FOVEA_PACKER_H
#define FOVEA_PACKER_H

#include "pieces.h"

#if defined(__x86_64__) && defined(__linux__)

/// A part of a matrix on its way into pieces, which are beside each other in steps.
struct packer {
    /// Of the matrix: rows, which become rows of all pieces, and columns, which are steps; or, `across`, rows that are steps, and columns
    /// that stay beside each other.
    const float *x;
    size_t ldx, rows, columns;
    bool is_across;
    piece *target;
    size_t pieces;
    /// Rows of pieces that are whole and can be put between products: how many are left, where the next one comes from and goes to, and
    /// of which piece it is.
    size_t left, piece_index;
    const float *source;
    uint32_t *place;
    /// From a row of a piece to the same of the next piece, and to the second half of its pairs.
    size_t piece_distance, half_distance;
    /// Not 0 if something has no parts.
    __mmask16 wrong;
};

/// Whether nothing is missing in the rows of pieces.
INLINE bool has_whole_rows(const struct packer *p) {
    return p->is_across ? p->rows >= p->pieces * DEPTH && p->columns >= SIDE : p->columns >= p->pieces * DEPTH;
}

/// The packer of up to 16 rows with the steps of so many pieces or, `across`, of so many steps and up to 16 columns.
INLINE struct packer packer_of(
    bool is_across, size_t rows, size_t columns, const float *x, size_t ldx, size_t pieces, piece *target) {
    size_t distance = is_across ? ldx : 1;
    struct packer packer = {
        .x = x, .ldx = ldx, .rows = rows, .columns = columns, .is_across = is_across, .target = target,
        .pieces = pieces, .source = x, .place = (uint32_t *)target, .piece_distance = DEPTH * distance,
        .half_distance = SIDE * distance};
    if (has_whole_rows(&packer)) packer.left = pieces * (is_across ? SIDE : rows);
    return packer;
}

/// A packer with nothing to do.
INLINE struct packer no_packer(void) { return packer_of(false, 0, 0, NULL, 0, 0, NULL); }

/// Puts so many rows of a piece, if there are as many whole ones still.
INLINE void put_rows(struct packer *p, size_t count) {
    enum { PIECE = PARTS * SQUARE };
    for (size_t i = 0; i < count && p->left > 0; i++, p->left--) {
        __m512 low = _mm512_loadu_ps(p->source), high = _mm512_loadu_ps(p->source + p->half_distance);
        p->wrong |= put_pairs(low, high, 0, (uint32_t(*)[SQUARE])p->place);
        p->source += p->piece_distance;
        p->place += PIECE;
        if (++p->piece_index < p->pieces) continue;
        p->piece_index = 0;
        p->source += p->ldx - p->pieces * p->piece_distance;
        p->place += SIDE - p->pieces * PIECE;
    }
}

INLINE __mmask16 present_from(size_t start, size_t count) { return start < count ? first(count - start) : 0; }

/// Puts a row of a piece of which something is missing.
INLINE void put_part_of_row(struct packer *p, size_t row, size_t i) {
    size_t step = i * DEPTH;
    __mmask16 low = present_from(step, p->columns), high = present_from(step + SIDE, p->columns);
    if (p->is_across) {
        low = step + row < p->rows ? first(p->columns) : 0;
        high = step + row + SIDE < p->rows ? first(p->columns) : 0;
    }
    const float *source = p->x + row * p->ldx + i * p->piece_distance;
    p->wrong |= put_pairs(
        _mm512_maskz_loadu_ps(low, source), _mm512_maskz_loadu_ps(high, source + p->half_distance), row, p->target[i]);
}

/// Puts what is left. Returns whether something has no parts.
INLINE bool put_all(struct packer *p) {
    if (has_whole_rows(p))
        put_rows(p, p->left);
    else
        for (size_t row = 0; row < (p->is_across ? SIDE : p->rows); row++)
            for (size_t i = 0; i < p->pieces; i++) put_part_of_row(p, row, i);
    return p->wrong != 0;
}

/// Exchanges rows and columns of pieces whose rows are pairs of steps, or have them as columns.
KERNEL static inline void transpose_pieces(size_t count, piece *pieces) {
    for (size_t i = 0; i < count * PARTS; i++) {
        float *part = (float *)pieces[i / PARTS][i % PARTS];
        fovea_transpose_square(part, SIDE, part);
    }
}

/// How many rows of what comes next are put with a product of pieces: none, one, or nine.
enum pace { ALONE, SOME, MANY };

/// The tiles of a product.
enum { SUMS = 0, LEFT = 1, RIGHT = 2 };

INLINE void multiply_and_put(struct packer *next, size_t rows) {
    _tile_dpbf16ps(SUMS, LEFT, RIGHT);
    put_rows(next, rows);
}

/// 16×16 sums from `count` pieces of both sides and the tiles of a rest behind them, on top of those in C if it `goes_on`.
///
/// One tile of each side at a time: where a core is shared, registers for tiles are short, and with four sums, two tiles of the left side
/// and two of the right the product of 32×102 and 102×400 takes twice as long.
INLINE void multiply_pieces(
    size_t count, size_t rest_tiles, const piece *a, const piece *b, bool goes_on, float *c, size_t ldc,
    struct packer *next, enum pace pace) {
    enum { LINE = SIDE * sizeof(uint32_t) };
    size_t one = pace == MANY ? 1 : 0, two = pace == MANY ? 2 : 0, last = pace == SOME ? 1 : two;
    if (goes_on)
        _tile_loadd(SUMS, c, ldc * sizeof *c);
    else
        _tile_zero(SUMS);
    for (size_t i = 0; i < count; i++) {
        _tile_loadd(LEFT, a[i][2], LINE);
        _tile_loadd(RIGHT, b[i][0], LINE);
        multiply_and_put(next, one);
        _tile_loadd(LEFT, a[i][1], LINE);
        multiply_and_put(next, two);
        _tile_loadd(RIGHT, b[i][1], LINE);
        multiply_and_put(next, one);
        _tile_loadd(LEFT, a[i][0], LINE);
        multiply_and_put(next, two);
        _tile_loadd(RIGHT, b[i][2], LINE);
        multiply_and_put(next, one);
        _tile_loadd(RIGHT, b[i][0], LINE);
        multiply_and_put(next, last);
    }
    for (size_t i = 0; i < rest_tiles; i++) {
        _tile_loadd(LEFT, a[count][i], LINE);
        _tile_loadd(RIGHT, b[count][i], LINE);
        _tile_dpbf16ps(SUMS, LEFT, RIGHT);
    }
    _tile_stored(SUMS, c, ldc * sizeof *c);
}

#endif
#endif
