// The recurrent products of the founding model as a pass forward and back makes them, and nothing else: prints Gflop/s, the median of
// some rounds on each of the given number of threads together.
//
//     clang -O2 -I Sources/CKernels/include scripts/bench_products.c Sources/CKernels/*.c -lopenblas -lm -lpthread -o products
//     ./products THREADS

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "CKernels.h"

enum { UNITS = 100, GATES = 4 * UNITS, WIDTH = UNITS + 2, BACK = UNITS + 1, STEPS = 20, PASSES = 60, ROUNDS = 9, MOST = 64 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float *numbers(size_t count) {
    float *values = aligned_alloc(64, (count * sizeof *values + 63) / 64 * 64);
    for (size_t i = 0; values != NULL && i < count; i++) values[i] = (float)(i * 7919 % 1013) / 1013 - 0.5f;
    if (values == NULL) abort();
    return values;
}

static size_t rows(void) { return fovea_has_matrix_unit() ? 32 : 24; }
static pthread_barrier_t start, end;

// Each thread has weights and the steps of a batch of its own, as the workers have.
static void *work(void *unused) {
    size_t m = rows();
    float *states = numbers(STEPS * m * WIDTH), *gates = numbers(STEPS * m * GATES), *cotangents = numbers(m * BACK);
    float *forward = numbers(fovea_packed_count(WIDTH, GATES)), *back = numbers(fovea_packed_count(GATES, BACK));
    float *weights = numbers(WIDTH * GATES);
    enum fovea_packing forward_packing = fovea_pack(false, WIDTH, GATES, weights, GATES, forward);
    enum fovea_packing back_packing = fovea_pack(true, GATES, BACK, weights, GATES, back);
    for (int round = 0; round <= ROUNDS; round++) {
        pthread_barrier_wait(&start);
        for (int pass = 0; pass < PASSES; pass++) {
            for (size_t step = 0; step < STEPS; step++)
                fovea_gemm_packed(
                    forward_packing, false, m, GATES, WIDTH, states + step * m * WIDTH, WIDTH, forward, WIDTH, 0,
                    gates + step * m * GATES, GATES, false);
            for (size_t step = STEPS; step-- > 0;)
                fovea_gemm_packed(
                    back_packing, false, m, BACK, GATES, gates + step * m * GATES, GATES, back, GATES, 0, cotangents,
                    BACK, false);
        }
        pthread_barrier_wait(&end);
    }
    return NULL;
}

static int ascending(const void *a, const void *b) {
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

int main(int count, char **arguments) {
    int threads = count > 1 ? atoi(arguments[1]) : 1;
    if (threads < 1 || threads > MOST) return 2;
    pthread_t thread;
    pthread_barrier_init(&start, NULL, (unsigned)threads + 1);
    pthread_barrier_init(&end, NULL, (unsigned)threads + 1);
    for (int i = 0; i < threads; i++)
        if (pthread_create(&thread, NULL, work, NULL) != 0) return 1;
    double seconds[ROUNDS];
    // The first round warms up.
    for (int round = -1; round < ROUNDS; round++) {
        double began = now();
        pthread_barrier_wait(&start);
        pthread_barrier_wait(&end);
        if (round >= 0) seconds[round] = now() - began;
    }
    qsort(seconds, ROUNDS, sizeof *seconds, ascending);
    double sums = 2.0 * (double)rows() * GATES * (WIDTH + BACK) * STEPS * PASSES * threads;
    printf("%.1f\n", sums / seconds[ROUNDS / 2] / 1e9);
    return 0;
}
