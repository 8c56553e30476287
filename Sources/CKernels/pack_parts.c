#include "parts.h"

#include "packer.h"

size_t fovea_parts_count(size_t k, size_t n) { return tiles_of(n) * pieces_of(steps_of(k)) * PARTS * SQUARE; }

#if defined(__x86_64__) && defined(__linux__)

#include <string.h>

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

// Up to 16 columns by up to 32 steps. Returns whether something has no parts.
INLINE bool pack_piece(bool transpose, size_t columns, size_t steps, const float *x, size_t ldx, piece *target) {
    size_t rows = transpose ? columns : steps, width = transpose ? steps : columns;
    struct packer packer = packer_of(!transpose, rows, width, x, ldx, 1, target);
    bool wrong = put_all(&packer);
    if (!transpose) return wrong;
    clear_rows(columns, SIDE, 1, target);
    transpose_pieces(1, target);
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
            if (pack_piece(transpose, width, smaller(k - step, DEPTH), part + step * stride, ldb, target++)) return false;
        if (steps.rest > 0 && pack_rest(transpose, width, steps, part + steps.whole * DEPTH * stride, ldb, *target++))
            return false;
    }
    return true;
}

#else

bool fovea_pack_parts(bool transpose, size_t k, size_t n, const float *b, size_t ldb, float *packed) { return false; }

#endif
