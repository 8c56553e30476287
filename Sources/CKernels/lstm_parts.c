#include <stdlib.h>
#include <string.h>

#include "pieces.h"

// The way back through a step of an LSTM on the matrix unit. The cotangents of the gates go into their parts as soon as they are there,
// out of registers, instead of to memory and from there into parts: with 100 units that is a tenth of the way back.
//
// The steps of the product are the gates in an order in which 16 units of a gate are one vector and no vector has to be cut: for each 16
// units i, f, c~ and o. Of the units that are left, the four gates share a vector if there is room for them, or two, or they have four.

// How many units of a gate a vector of the units that are left holds, at most.
static inline size_t share(size_t left) { return left <= 4 ? left : left <= 8 ? 8 : SIDE; }

size_t fovea_lstm_parts_depth(size_t units) { return units / SIDE * 4 * SIDE + 4 * share(units % SIDE); }

// The place of the first unit of a block's gate.
static inline size_t place(size_t units, size_t gate, size_t block) {
    return block * 4 * SIDE + gate * (block < units / SIDE ? SIDE : share(units % SIDE));
}

void fovea_lstm_order_for_parts(size_t rows, size_t units, const float *gates, float *ordered) {
    size_t depth = fovea_lstm_parts_depth(units);
    memset(ordered, 0, rows * depth * sizeof *ordered);
    for (size_t row = 0; row < rows; row++, gates += 4 * units, ordered += depth)
        for (size_t unit = 0; unit < units; unit += SIDE)
            for (size_t gate = 0; gate < 4; gate++)
                memcpy(
                    ordered + place(units, gate, unit / SIDE), gates + gate * units + unit,
                    smaller(units - unit, SIDE) * sizeof *gates);
}

void fovea_lstm_order_from_parts(size_t rows, size_t units, const float *ordered, float *gates) {
    size_t depth = fovea_lstm_parts_depth(units);
    for (size_t row = 0; row < rows; row++, gates += 4 * units, ordered += depth)
        for (size_t unit = 0; unit < units; unit += SIDE)
            for (size_t gate = 0; gate < 4; gate++)
                memcpy(
                    gates + gate * units + unit, ordered + place(units, gate, unit / SIDE),
                    smaller(units - unit, SIDE) * sizeof *gates);
}

size_t fovea_lstm_parts_scratch(size_t units) {
    return 2 * pieces_of(steps_of(fovea_lstm_parts_depth(units))) * PARTS * SQUARE;
}

size_t fovea_lstm_parts_kept(size_t units, size_t pieces) {
    return fovea_parts_count(pieces * DEPTH, fovea_lstm_parts_depth(units));
}

#if defined(__x86_64__) && defined(__linux__)

// With more units a left side has no room in the second-level cache.
bool fovea_lstm_suits_parts(size_t units, size_t n) {
    return units <= 512 && fovea_parts_suit(fovea_lstm_parts_depth(units), n);
}

struct gates {
    __m512 of[4];
};

// 16 units from `unit` on of a row, as `fovea_lstm_gates_backward` computes them.
INLINE struct gates row_backward(
    struct fovea_lstm_step step, size_t row, size_t unit, bool is_whole, float *dc_previous) {
#pragma clang fp contract(fast)
    size_t units = step.units, place = row * units + unit;
    __mmask16 present = is_whole ? 0xffff : first(units - unit);
    const float *gates = step.gates + row * 4 * units + unit;
    __m512 i = _mm512_maskz_loadu_ps(present, gates), f = _mm512_maskz_loadu_ps(present, gates + units);
    __m512 g = _mm512_maskz_loadu_ps(present, gates + 2 * units), o = _mm512_maskz_loadu_ps(present, gates + 3 * units);
    __m512 c_previous = _mm512_maskz_loadu_ps(present, step.c_previous + place);
    __m512 squashed = _mm512_maskz_loadu_ps(present, step.tanh_c + place);
    __m512 hidden = _mm512_maskz_loadu_ps(present, step.dh + row * step.lddh + unit), one = _mm512_set1_ps(1.0f);
    if (step.doutput != NULL)
        hidden += _mm512_maskz_loadu_ps(present, step.doutput + row * step.lddoutput + unit);
    __m512 state = _mm512_maskz_loadu_ps(present, step.dc + place) + hidden * o * (one - squashed * squashed);
    _mm512_mask_storeu_ps(dc_previous + place, present, state * f);
    return (struct gates){
        {state * g * i * (one - i), state * c_previous * f * (one - f), state * i * (one - g * g),
         hidden * squashed * o * (one - o)}};
}

// Puts the gates of the units that are left in as few vectors as they fill; returns how many.
INLINE size_t arrange(size_t left, struct gates *gates) {
    size_t width = share(left), each = width == SIDE ? 1 : width == SIDE / 2 ? 2 : 4;
    for (size_t vector = 0; vector < 4 / each; vector++) {
        __m512 all = _mm512_setzero_ps();
        for (size_t i = 0; i < each; i++)
            all = _mm512_mask_expand_ps(all, (__mmask16)(first(left) << i * width), gates->of[vector * each + i]);
        gates->of[vector] = all;
    }
    return 4 / each;
}

// Some gates of a row in its left side; returns whether something has no parts.
INLINE bool put_left(const struct gates *gates, size_t vectors, size_t row, struct steps steps, piece *left) {
    if (vectors == 1) return put_rest(gates->of[0], row, steps, *left) != 0;
    __mmask16 wrong = put_pairs(gates->of[0], gates->of[1], row, left[0]);
    if (vectors == 4) wrong |= put_pairs(gates->of[2], gates->of[3], row, left[1]);
    return wrong != 0;
}

// Where up to 32 rows go: to their left sides, and if there is one to a right side, in which rows are steps.
struct target {
    piece *left, *right;
    struct steps steps;
    /// From one column of the right side to the next.
    size_t distance;
};

// 16 units, or those that are left, of a row and of the 16th behind it, if there is one; returns those of which something has no parts.
INLINE uint32_t put_block(
    struct fovea_lstm_step step, size_t start, size_t row, bool has_second, size_t unit, bool is_whole,
    float *dc_previous, struct target target) {
    size_t block = unit / SIDE, vectors = 4;
    piece *left = target.left + 2 * block;
    struct gates gates = row_backward(step, start + row, unit, is_whole, dc_previous), second = {{{0}}};
    if (!is_whole) vectors = arrange(step.units - unit, &gates);
    uint32_t wrong = (uint32_t)put_left(&gates, vectors, row, target.steps, left) << row;
    if (has_second) {
        second = row_backward(step, start + row + SIDE, unit, is_whole, dc_previous);
        if (!is_whole) arrange(step.units - unit, &second);
        left += pieces_of(target.steps);
        wrong |= (uint32_t)put_left(&second, vectors, row, target.steps, left) << (row + SIDE);
    }
    if (target.right != NULL)
        for (size_t i = 0; i < vectors; i++)
            put_pairs(gates.of[i], second.of[i], row, target.right[(4 * block + i) * target.distance]);
    return wrong;
}

// The same of whole rows.
INLINE uint32_t put_rows(
    struct fovea_lstm_step step, size_t start, size_t rows, float *dc_previous, struct target target) {
    size_t units = step.units, whole = units / SIDE * SIDE;
    uint32_t wrong = 0;
    for (size_t row = 0; row < smaller(rows, SIDE); row++) {
        bool has_second = row + SIDE < rows;
        for (size_t unit = 0; unit < whole; unit += SIDE)
            wrong |= put_block(step, start, row, has_second, unit, true, dc_previous, target);
        if (whole < units) wrong |= put_block(step, start, row, has_second, whole, false, dc_previous, target);
    }
    return wrong;
}

// A row with infinities or NaN, on the plain way.
static void multiply_plainly(
    const struct fovea_lstm_step *step, size_t row, size_t depth, const struct fovea_lstm_product *product) {
    size_t units = step->units;
    float *buffer = calloc(4 * units + units + depth, sizeof *buffer), *dc = buffer + 4 * units, *ordered = dc + units;
    if (buffer == NULL) abort();
    memcpy(dc, step->dc + row * units, units * sizeof *dc);
    fovea_lstm_gates_backward(
        1, units, step->gates + row * 4 * units, step->c_previous + row * units, step->tanh_c + row * units,
        step->dh + row * step->lddh, step->lddh, step->doutput == NULL ? NULL : step->doutput + row * step->lddoutput,
        step->lddoutput, dc, buffer);
    fovea_lstm_order_for_parts(1, units, buffer, ordered);
    fovea_multiply_row_plainly(
        product->n, depth, ordered, (const piece *)product->packed, product->c + row * product->ldc);
    free(buffer);
}

KERNEL void fovea_lstm_step_backward(
    const struct fovea_lstm_step *step, float *dc_previous, const struct fovea_lstm_product *product, float *scratch,
    const struct fovea_lstm_kept *kept) {
    size_t depth = fovea_lstm_parts_depth(step->units), from = product->first_column / SIDE * SIDE;
    struct steps steps = steps_of(depth);
    size_t pieces = pieces_of(steps);
    struct target target = {(piece *)scratch, NULL, steps, 0};
    const piece *packed = (const piece *)product->packed + from / SIDE * pieces;
    // A step of a right side is a pair of rows, one of each tile; one tile alone has room in the first-level cache.
    size_t together = kept == NULL ? SIDE : 2 * SIDE;
    if (kept != NULL) {
        target.right = (piece *)kept->packed + kept->first;
        target.distance = kept->pieces;
    }
    begin_tiles();
    for (size_t start = 0; start < step->rows; start += together) {
        size_t rows = smaller(step->rows - start, together);
        uint32_t wrong = put_rows(*step, start, rows, dc_previous, target);
        for (size_t row = 0; row < rows; row += SIDE) {
            piece *left = target.left + row / SIDE * pieces;
            clear_rows(smaller(rows - row, SIDE), SIDE, pieces, left);
            for (size_t i = 0; i < SIDE; i++)
                if (wrong >> (row + i) & 1) clear_rows(i, i + 1, pieces, left);
            fovea_multiply_row_of_tiles(
                left, smaller(rows - row, SIDE), product->n - from, steps, packed,
                product->c + (start + row) * product->ldc + from, product->ldc);
        }
        for (size_t row = 0; row < rows; row++)
            if (wrong >> row & 1) multiply_plainly(step, start + row, depth, product);
        if (target.right != NULL) target.right++;
    }
    _tile_release();
}

#else

bool fovea_lstm_suits_parts(size_t units, size_t n) { return false; }

void fovea_lstm_step_backward(
    const struct fovea_lstm_step *step, float *dc_previous, const struct fovea_lstm_product *product, float *scratch,
    const struct fovea_lstm_kept *kept) {}

#endif
