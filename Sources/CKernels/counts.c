#include "CKernels.h"
#include "vector_math.h"

// Sums of values over bootstrap resamples: a matrix product with small whole numbers on one side.
//
// Not by BLAS, whose kernels at the edges of a matrix add in another order than those inside: a column's last digit would depend
// on how many others are asked for, and an interval on whether an epoch is analysed alone or with others. Here every sum is
// made in the order of the instances, and fused or not by our choice: left to the compiler, one column of a group may be rounded
// otherwise than the others. The counts are widened tile by tile, which a BLAS would pack as often.

enum { TILE = FOVEA_COUNTS_TILE, GROUP = FOVEA_COUNTS_GROUP, BLOCK = 1024 };

typedef float tile_sums FOVEA_FLOATS(TILE);
typedef uint8_t tile_counts __attribute__((ext_vector_type(TILE), aligned(1)));

size_t fovea_count_tiles(size_t resamples) { return (resamples + TILE - 1) / TILE; }

void fovea_tile_counts(size_t instances, size_t resamples, const uint8_t *counts, uint8_t *tiled) {
    memset(tiled, 0, fovea_count_tiles(resamples) * instances * TILE);
    for (size_t resample = 0; resample < resamples; resample++) {
        uint8_t *tile = tiled + resample / TILE * instances * TILE + resample % TILE;
        for (size_t i = 0; i < instances; i++) tile[i * TILE] = counts[resample * instances + i];
    }
}

FOVEA_KERNEL static void widen(size_t instances, const uint8_t *counts, float *panel) {
    for (size_t i = 0; i < instances; i++)
        ((tile_sums *)panel)[i] = __builtin_convertvector(((const tile_counts *)counts)[i], tile_sums);
}

// GROUP columns by TILE resamples: twelve accumulators of eight lanes, as many as AVX2 has registers for.
#define ADD_GROUP(NAME, TARGET, MULTIPLY_ADD)                                                                          \
    TARGET static void NAME(                                                                                           \
        size_t count, const float *panel, const float *values, size_t stride, float *sums, size_t sums_stride) {       \
        const tile_sums *counts = (const tile_sums *)panel;                                                            \
        tile_sums a = {0}, b = {0}, c = {0}, d = {0}, e = {0}, f = {0};                                                \
        for (size_t i = 0; i < count; i++) {                                                                           \
            tile_sums times = counts[i];                                                                               \
            a = MULTIPLY_ADD(times, (tile_sums)values[i], a);                                                          \
            b = MULTIPLY_ADD(times, (tile_sums)values[stride + i], b);                                                 \
            c = MULTIPLY_ADD(times, (tile_sums)values[2 * stride + i], c);                                             \
            d = MULTIPLY_ADD(times, (tile_sums)values[3 * stride + i], d);                                             \
            e = MULTIPLY_ADD(times, (tile_sums)values[4 * stride + i], e);                                             \
            f = MULTIPLY_ADD(times, (tile_sums)values[5 * stride + i], f);                                             \
        }                                                                                                              \
        *(tile_sums *)sums += a;                                                                                       \
        *(tile_sums *)(sums + sums_stride) += b;                                                                       \
        *(tile_sums *)(sums + 2 * sums_stride) += c;                                                                   \
        *(tile_sums *)(sums + 3 * sums_stride) += d;                                                                   \
        *(tile_sums *)(sums + 4 * sums_stride) += e;                                                                   \
        *(tile_sums *)(sums + 5 * sums_stride) += f;                                                                   \
    }

typedef void (*group_sums)(
    size_t count, const float *panel, const float *values, size_t stride, float *sums, size_t sums_stride);

#if defined(__x86_64__)
ADD_GROUP(add_group_avx512, FOVEA_AVX512, FOVEA_FUSED)
ADD_GROUP(add_group_avx2, FOVEA_AVX2, FOVEA_FUSED)
#pragma clang fp contract(off)
ADD_GROUP(add_group_plain, , FOVEA_SEPARATE)
#else
ADD_GROUP(add_group_plain, , FOVEA_FUSED)
#endif

static group_sums group_of_this_machine(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("x86-64-v4")) return add_group_avx512;
    if (__builtin_cpu_supports("x86-64-v3")) return add_group_avx2;
#endif
    return add_group_plain;
}

void fovea_count_sums(
    size_t columns, size_t instances, size_t resamples, const uint8_t *tiled, const float *values, float *sums) {
    float panel[BLOCK * TILE];
    size_t tiles = fovea_count_tiles(resamples);
    group_sums add_group = group_of_this_machine();
    memset(sums, 0, columns * tiles * TILE * sizeof *sums);
    for (size_t start = 0; start < instances; start += BLOCK) {
        size_t count = instances - start < BLOCK ? instances - start : BLOCK;
        for (size_t tile = 0; tile < tiles; tile++) {
            widen(count, tiled + (tile * instances + start) * TILE, panel);
            for (size_t column = 0; column < columns; column += GROUP)
                add_group(
                    count, panel, values + column * instances + start, instances,
                    sums + (column * tiles + tile) * TILE, tiles * TILE);
        }
    }
}
