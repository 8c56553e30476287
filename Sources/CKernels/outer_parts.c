#include <string.h>

#include "pieces.h"

// Sums of outer products on the matrix unit: C^T += B^T A, of rows of A and B that come a few at a time. B^T is the left side and split
// once. A, the right side, has its rows as steps and needs no transposition, but is used up after a few products; so it is split a tile of
// columns at a time, between the products of the tile before. While the unit multiplies, one of the two ports for vectors is taken:
// splitting apart from multiplying takes 12 us for 64 rows of 512 and 32 columns, between products 10 us, vectors alone 16 us.

static size_t tiles_of(size_t count) { return (count + SIDE - 1) / SIDE; }

size_t fovea_outer_count(size_t columns, size_t width) { return tiles_of(columns) * tiles_of(width) * SQUARE; }

#if defined(__x86_64__) && defined(__linux__)

// How many rows, and columns of B, are taken at a time: their parts have room in the first-level cache.
enum { ROWS = 64, WIDTH = 64 };

// With few columns of B there are too few products for what is split.
bool fovea_outer_suits(size_t columns, size_t width) { return columns >= 64 && width >= 24 && fovea_has_matrix_unit(); }

// Up to 16 columns of up to 64 rows on their way into pieces.
struct packer {
    const float *x;
    size_t ldx, rows;
    __mmask16 present;
    // The next row of a piece that is to be put, of all, and how many there are.
    size_t next, end;
    piece *target;
    __mmask16 wrong;
};

INLINE struct packer packer_of(const float *x, size_t ldx, size_t rows, size_t columns, piece *target) {
    return (struct packer){x, ldx, rows, first(columns), 0, (rows + DEPTH - 1) / DEPTH * SIDE, target, 0};
}

INLINE void put_rows(struct packer *packer, size_t count) {
    for (size_t i = 0; i < count && packer->next < packer->end; i++, packer->next++) {
        size_t row = packer->next / SIDE * DEPTH + packer->next % SIDE;
        const float *source = packer->x + row * packer->ldx;
        __m512 low = _mm512_setzero_ps(), high = low;
        if (row < packer->rows) low = _mm512_maskz_loadu_ps(packer->present, source);
        if (row + SIDE < packer->rows) high = _mm512_maskz_loadu_ps(packer->present, source + SIDE * packer->ldx);
        packer->wrong |= put_pairs(low, high, packer->next % SIDE, packer->target[packer->next / SIDE]);
    }
}

// As `multiply_pieces`, on top of the sums, with rows of the next right side between the products.
INLINE void multiply_and_put(size_t count, const piece *a, const piece *b, float *sums, struct packer *next) {
    enum { SUMS = 0, LEFT = 1, RIGHT = 2, LINE = SIDE * sizeof(uint32_t) };
    _tile_loadd(SUMS, sums, LINE);
    for (size_t i = 0; i < count; i++) {
        _tile_loadd(LEFT, a[i][2], LINE);
        _tile_loadd(RIGHT, b[i][0], LINE);
        _tile_dpbf16ps(SUMS, LEFT, RIGHT);
        put_rows(next, 1);
        _tile_loadd(LEFT, a[i][1], LINE);
        _tile_dpbf16ps(SUMS, LEFT, RIGHT);
        put_rows(next, 2);
        _tile_loadd(RIGHT, b[i][1], LINE);
        _tile_dpbf16ps(SUMS, LEFT, RIGHT);
        put_rows(next, 1);
        _tile_loadd(LEFT, a[i][0], LINE);
        _tile_dpbf16ps(SUMS, LEFT, RIGHT);
        put_rows(next, 2);
        _tile_loadd(RIGHT, b[i][2], LINE);
        _tile_dpbf16ps(SUMS, LEFT, RIGHT);
        put_rows(next, 1);
        _tile_loadd(RIGHT, b[i][0], LINE);
        _tile_dpbf16ps(SUMS, LEFT, RIGHT);
        put_rows(next, 2);
    }
    _tile_stored(SUMS, sums, LINE);
}

// Up to 64 rows and columns of B; `distance` is from a tile of columns of A to the next in the sums.
KERNEL static bool add_block(
    size_t rows, size_t columns, size_t width, const float *a, size_t lda, const float *b, size_t ldb, float *sums,
    size_t distance) {
    _Alignas(64) piece left[WIDTH / SIDE][ROWS / DEPTH], right[2][ROWS / DEPTH];
    __mmask16 wrong = 0;
    size_t count = (rows + DEPTH - 1) / DEPTH;
    for (size_t tile = 0; tile < tiles_of(width); tile++) {
        struct packer packer = packer_of(b + tile * SIDE, ldb, rows, width - tile * SIDE, left[tile]);
        put_rows(&packer, packer.end);
        wrong |= packer.wrong;
        for (size_t i = 0; i < count * PARTS; i++) {
            float *part = (float *)left[tile][i / PARTS][i % PARTS];
            fovea_transpose_square(part, SIDE, part);
        }
    }
    struct packer packer = packer_of(a, lda, rows, columns, right[0]);
    put_rows(&packer, packer.end);
    wrong |= packer.wrong;
    begin_tiles();
    for (size_t tile = 0; tile < tiles_of(columns); tile++, sums += distance) {
        size_t next = (tile + 1) * SIDE;
        packer = packer_of(a + next, lda, next < columns ? rows : 0, columns - next, right[(tile + 1) % 2]);
        for (size_t i = 0; i < tiles_of(width); i++)
            multiply_and_put(count, left[i], right[tile % 2], sums + i * SQUARE, &packer);
        put_rows(&packer, packer.end);
        wrong |= packer.wrong;
    }
    _tile_release();
    return wrong == 0;
}

bool fovea_outer_add(
    size_t rows, size_t columns, size_t width, const float *a, size_t lda, const float *b, size_t ldb, float *sums) {
    bool is_right = true;
    for (size_t row = 0; row < rows; row += ROWS)
        for (size_t column = 0; column < width; column += WIDTH)
            is_right &= add_block(
                smaller(rows - row, ROWS), columns, smaller(width - column, WIDTH), a + row * lda, lda,
                b + row * ldb + column, ldb, sums + column / SIDE * SQUARE, tiles_of(width) * SQUARE);
    return is_right;
}

#else

bool fovea_outer_suits(size_t columns, size_t width) { return false; }

bool fovea_outer_add(
    size_t rows, size_t columns, size_t width, const float *a, size_t lda, const float *b, size_t ldb, float *sums) {
    return false;
}

#endif

FOVEA_KERNEL void fovea_outer_take(size_t columns, size_t width, const float *sums, float *c, size_t ldc) {
    _Alignas(64) float square[SQUARE];
    for (size_t column = 0; column < columns; column += SIDE)
        for (size_t start = 0; start < width; start += SIDE, sums += SQUARE) {
            fovea_transpose_square(sums, SIDE, square);
            for (size_t i = 0; i < smaller(columns - column, SIDE); i++)
                memcpy(
                    c + (column + i) * ldc + start, square + i * SIDE, smaller(width - start, SIDE) * sizeof *square);
        }
}
