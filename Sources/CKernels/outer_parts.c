#include <string.h>

#include "packer.h"

// Sums of outer products on the matrix unit: C^T += B^T A, of rows of A and B that come a few at a time. B^T is the left side and split
// once. A, the right side, has its rows as steps and needs no transposition, but is used up after a few products; so it is split a tile of
// columns at a time, between the products of the tile before. While the unit multiplies, one of the two ports for vectors is taken:
// splitting apart from multiplying takes 12 us for 64 rows of 512 and 32 columns, between products 10 us, vectors alone 16 us.

size_t fovea_outer_count(size_t columns, size_t width) { return tiles_of(columns) * tiles_of(width) * SQUARE; }

#if defined(__x86_64__) && defined(__linux__)

// How many rows, and columns of B, are taken at a time: their parts have room in the first-level cache.
enum { ROWS = 64, WIDTH = 64 };

// With few columns of B there are too few products for what is split.
bool fovea_outer_suits(size_t columns, size_t width) { return columns >= 64 && width >= 24 && fovea_has_matrix_unit(); }

// Up to 64 rows and columns of B; `distance` is from a tile of columns of A to the next in the sums.
KERNEL static bool add_block(
    size_t rows, size_t columns, size_t width, const float *a, size_t lda, const float *b, size_t ldb, float *sums,
    size_t distance) {
    _Alignas(64) piece left[WIDTH / SIDE][ROWS / DEPTH], right[2][ROWS / DEPTH];
    bool wrong = false;
    size_t count = (rows + DEPTH - 1) / DEPTH;
    for (size_t tile = 0; tile < tiles_of(width); tile++) {
        struct packer packer = packer_of(true, rows, width - tile * SIDE, b + tile * SIDE, ldb, count, left[tile]);
        wrong |= put_all(&packer);
        transpose_pieces(count, left[tile]);
    }
    struct packer packer = packer_of(true, rows, columns, a, lda, count, right[0]);
    wrong |= put_all(&packer);
    begin_tiles();
    for (size_t tile = 0; tile < tiles_of(columns); tile++, sums += distance) {
        size_t next = (tile + 1) * SIDE;
        packer = next < columns ? packer_of(true, rows, columns - next, a + next, lda, count, right[(tile + 1) % 2])
                                : no_packer();
        for (size_t i = 0; i < tiles_of(width); i++)
            multiply_pieces(count, 0, left[i], right[tile % 2], true, sums + i * SQUARE, SIDE, &packer, MANY);
        wrong |= put_all(&packer);
    }
    _tile_release();
    return !wrong;
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
            size_t count = smaller(width - start, SIDE);
            float *target = c + column * ldc + start;
            fovea_transpose_square(sums, SIDE, square);
            for (size_t i = 0; i < smaller(columns - column, SIDE); i++)
                // Of a known length it is no call.
                if (count == SIDE)
                    memcpy(target + i * ldc, square + i * SIDE, SIDE * sizeof *square);
                else
                    memcpy(target + i * ldc, square + i * SIDE, count * sizeof *square);
        }
}
