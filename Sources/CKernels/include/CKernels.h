// Vectorised kernels behind plain C functions: matrix products through CBLAS, activations, fused LSTM gates, attention
// over time. All matrices are row-major and float unless the name says otherwise; `ld*` are row strides in elements.
#ifndef FOVEA_CKERNELS_H
#define FOVEA_CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Asks the allocator to keep freed memory for the next use instead of giving it back to the system: every pass through a network
/// takes and frees the same few megabytes, and fresh pages cost as much as computing on them. For programs, not for libraries.
void fovea_keep_freed_memory(void);

/// Tells the processor that the caller waits for another one.
static inline void fovea_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

/// Activation functions with a vectorised kernel; the numbers are shared with Swift's `Activation`.
enum fovea_activation {
    FOVEA_LINEAR = 0,
    FOVEA_TANH = 1,
    FOVEA_SIGMOID = 2,
    FOVEA_RELU = 3,
    FOVEA_EXPONENTIAL = 4,
};

/// Whether products in single precision are our own on this machine, and not the BLAS'.
bool fovea_multiplies_itself(void);

/// Whether large products run on the processor's matrix unit, which takes 16 rows at a time.
bool fovea_has_matrix_unit(void);

/// C = alpha op(A) op(B) + beta C with op(A) m×k and op(B) k×n, on the calling thread alone. A row of C is the same in
/// every digit whatever rows are beside it, where the product is ours and large enough not to be left to the BLAS.
void fovea_gemm(
    bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, float alpha, const float *a, size_t lda,
    const float *b, size_t ldb, float beta, float *c, size_t ldc);

/// The same in double precision.
void fovea_gemm_double(
    bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, double alpha, const double *a, size_t lda,
    const double *b, size_t ldb, double beta, double *c, size_t ldc);

/// How many columns a tile of a packed matrix holds.
enum { FOVEA_PACKED_TILE = 16 };

/// How a packed matrix lies in memory: as floats, or each in three parts for the processor's matrix unit, where there is one and the
/// matrix is large enough.
enum fovea_packing { FOVEA_TILES, FOVEA_PARTS };

/// The number of floats that a packed k×n matrix takes.
size_t fovea_packed_count(size_t k, size_t n);

/// Packs a k×n matrix B, or its transpose given as n×k, for `fovea_gemm_packed`: in tiles of FOVEA_PACKED_TILE columns, filled up
/// with 0. `packed` lies at a multiple of 64 bytes.
enum fovea_packing fovea_pack(bool transpose, size_t k, size_t n, const float *b, size_t ldb, float *packed);

/// C = op(A) B or, with `adds`, C += op(A) B, for an m×k op(A) and the first k rows and n columns of a packed matrix with packed_k rows,
/// on the calling thread alone; columns before the first that is wanted may be left as they are. A row of C depends on its row of op(A)
/// alone, to the last digit.
void fovea_gemm_packed(
    enum fovea_packing packing, bool transpose_a, size_t m, size_t n, size_t k, const float *a, size_t lda,
    const float *packed, size_t packed_k, size_t first_column, float *c, size_t ldc, bool adds);

/// Whether sums of outer products, C = A^T B with A rows×columns and B rows×width, are faster on the processor's matrix unit.
bool fovea_outer_suits(size_t columns, size_t width);

/// The number of floats that such sums take on their way, at a multiple of 64 bytes; zeros to begin with.
size_t fovea_outer_count(size_t columns, size_t width);

/// Adds A^T B, for a few rows of A and B. Returns false, and the sums are worth nothing, if something is not finite, or so large that it
/// has no parts.
bool fovea_outer_add(
    size_t rows, size_t columns, size_t width, const float *a, size_t lda, const float *b, size_t ldb, float *sums);

/// Writes the sums to C, columns×width.
void fovea_outer_take(size_t columns, size_t width, const float *sums, float *c, size_t ldc);

/// The Cholesky factor L of a symmetric positive definite n×n matrix, in place of its lower triangle (the upper is left alone);
/// returns 0, or the order of the first leading minor that is not positive (LAPACK's dpotrf).
int fovea_cholesky(size_t n, double *a);

/// The lower triangle of X^T X for a rows×columns matrix.
void fovea_gram(size_t rows, size_t columns, const double *x, double *gram);

/// From the factor L, as fovea_cholesky leaves it, to the whole inverse of L L^T, in place; returns 0 (LAPACK's dpotri).
int fovea_invert_factored(size_t n, double *a);

/// products[i] = a_i . b_i for the rows of two rows×columns matrices.
void fovea_row_products(size_t rows, size_t columns, const double *a, const double *b, double *products);

/// Takes the mean off each column of a rows×columns matrix.
void fovea_centre_columns(size_t rows, size_t columns, double *x);

/// Solves L Y = B, or L^T Y = B, for a lower triangular n×n L and an n×columns B, in place.
void fovea_solve_lower(size_t n, size_t columns, const double *factor, bool transpose, double *b);

/// y = activation(x), elementwise; x and y may be the same.
void fovea_activate(enum fovea_activation activation, size_t count, const float *x, float *y);

/// g = g f'(x) from the output y = f(x), elementwise; for the activations that follow from it.
void fovea_activate_backward(enum fovea_activation activation, size_t count, const float *y, float *g);

/// Layer normalisation of each row: n = (x - mean) / sqrt(variance + epsilon), y = n gamma + beta; the mean and the inverse of the root
/// are kept.
void fovea_normalise_rows(
    size_t rows, size_t width, float epsilon, const float *x, const float *gamma, const float *beta, float *means,
    float *inverses, float *y);

/// The vector-Jacobian product of the same, from the cotangent of y to that of x.
void fovea_normalise_rows_backward(
    size_t rows, size_t width, const float *gamma, const float *x, const float *means, const float *inverses,
    const float *cotangent, float *result);

/// Softmax over each row of a rows×columns matrix, in place, and unless that is NULL in a copy as well.
void fovea_softmax_rows(size_t rows, size_t columns, float *x, float *copy);

/// One LSTM step after its matrix product, for tanh and sigmoid gates: gates is rows×4u with the pre-activations of
/// i, f, c~, o, which are replaced by the activated gates; c' = f c + i c~, h' = o tanh(c'). tanh(c') is kept for the
/// backward pass. h has its own row stride; a second copy of it goes to `output`, with its own row stride too, unless that is NULL.
void fovea_lstm_gates(
    size_t rows, size_t units, float *gates, const float *c_previous, float *c, float *tanh_c, float *h, size_t ldh,
    float *output, size_t ldoutput);

/// The step's vector-Jacobian product: from dh' (own row stride) and dc' (in dc, replaced by the cotangent of the previous c)
/// to the cotangent of the pre-activations, rows×4u. What the step's own output adds to dh' may be given apart, in `doutput` with its
/// row stride; else that is NULL.
void fovea_lstm_gates_backward(
    size_t rows, size_t units, const float *gates, const float *c_previous, const float *tanh_c, const float *dh,
    size_t lddh, const float *doutput, size_t lddoutput, float *dc, float *dz);

/// A step of an LSTM that is walked back, with tanh and sigmoid gates: what `fovea_lstm_gates_backward` takes.
struct fovea_lstm_step {
    size_t rows, units;
    const float *gates, *c_previous, *tanh_c;
    const float *dh;
    size_t lddh;
    const float *doutput;
    size_t lddoutput;
    const float *dc;
};

/// Where a step's product with packed weights goes: the columns of C from the first that is wanted.
struct fovea_lstm_product {
    /// A packed matrix with the rows of `fovea_lstm_parts_depth` and n columns, in parts.
    const float *packed;
    size_t first_column, n;
    float *c;
    size_t ldc;
};

/// Where a step's dZ is kept: in a packed right side in parts, dZ's columns in the order of the weights' rows, its rows in pieces of
/// FOVEA_LSTM_PIECE from the piece `first` on, filled up with 0.
enum { FOVEA_LSTM_PIECE = 32 };
struct fovea_lstm_kept {
    float *packed;
    size_t pieces, first;
};

/// Whether an LSTM with so many units is walked back faster with `fovea_lstm_step_backward`, for weights of n columns.
bool fovea_lstm_suits_parts(size_t units, size_t n);

/// The number of rows of the weights for `fovea_lstm_step_backward`: the 4u gates in an order of its own, and places that stay 0.
size_t fovea_lstm_parts_depth(size_t units);

/// Rows of gates in the order i, f, c~, o to that order, rows×depth, and from it.
void fovea_lstm_order_for_parts(size_t rows, size_t units, const float *gates, float *ordered);
void fovea_lstm_order_from_parts(size_t rows, size_t units, const float *ordered, float *gates);

/// The number of floats, at a multiple of 64 bytes, that `fovea_lstm_step_backward` works in, and of those of so many pieces of dZ.
size_t fovea_lstm_parts_scratch(size_t units);
size_t fovea_lstm_parts_kept(size_t units, size_t pieces);

/// The step's vector-Jacobian product, and the product of the pre-activations' cotangent dZ with weights: the cotangent of the
/// previous c, and C = dZ B. Neither may lie where the step's arguments are. dZ itself is kept too, unless `kept` is NULL.
void fovea_lstm_step_backward(
    const struct fovea_lstm_step *step, float *dc_previous, const struct fovea_lstm_product *product, float *scratch,
    const struct fovea_lstm_kept *kept);

/// scores[b, t] = query[b] . states[b, t] for states batch×time×width and query batch×width.
void fovea_time_scores(size_t batch, size_t time, size_t width, const float *states, const float *query, float *scores);

/// context[b] = sum over t of weights[b, t] states[b, t]; context has its own row stride.
void fovea_time_average(
    size_t batch, size_t time, size_t width, const float *states, const float *weights, float *context, size_t ldc);

/// out[b, t] = weights[b, t] vector[b] + more_weights[b, t] more[b]: the outer product over time, or the sum of two; `more_weights` may
/// be NULL.
void fovea_time_outer(
    size_t batch, size_t time, size_t width, const float *weights, const float *vector, const float *more_weights,
    const float *more, float *out);

/// The softmax' vector-Jacobian product per row: d[i] = p[i] (g[i] - sum p g), written over g.
void fovea_softmax_rows_backward(size_t rows, size_t columns, const float *probabilities, float *cotangent);

/// One step of Adam (Kingma & Ba 2015) as Keras writes it: m += (g - m)(1 - beta1), v += (g^2 - v)(1 - beta2),
/// w -= rate m / (sqrt v + epsilon); `rate` holds the bias correction.
void fovea_adam(
    size_t count, float rate, float beta1, float beta2, float epsilon, const float *gradient, float *m, float *v,
    float *weights);

/// One step of RMSprop as Keras writes it: v = rho v + (1 - rho) g^2, w -= rate g / sqrt(v + epsilon).
void fovea_rmsprop(
    size_t count, float rate, float rho, float epsilon, const float *gradient, float *v, float *weights);

/// How many resamples a tile of counts holds, and of how many columns the number must be a multiple.
enum { FOVEA_COUNTS_TILE = 16, FOVEA_COUNTS_GROUP = 6 };

/// The number of tiles of so many resamples.
size_t fovea_count_tiles(size_t resamples);

/// How often each resample holds each instance, from resamples×instances to tiles×instances×FOVEA_COUNTS_TILE, filled up with 0.
void fovea_tile_counts(size_t instances, size_t resamples, const uint8_t *counts, uint8_t *tiled);

/// sums[column, resample] = sum over instances of values[column, instance] times the instance's count in the resample, for tiled
/// counts; columns×(tiles·FOVEA_COUNTS_TILE). Each sum depends on its own column alone, to the last digit.
void fovea_count_sums(
    size_t columns, size_t instances, size_t resamples, const uint8_t *tiled, const float *values, float *sums);

/// b = a^T for a rows×columns matrix.
void fovea_transpose(size_t rows, size_t columns, const float *a, float *b);

/// sum = x + y, which is neither of both.
void fovea_add(size_t count, const float *x, const float *y, float *sum);

/// Adds a vector to each row of a rows×width matrix.
void fovea_add_to_rows(size_t rows, size_t width, const float *vector, float *x);

/// y += scale x.
void fovea_add_scaled(size_t count, float scale, const float *x, float *y);

#endif
