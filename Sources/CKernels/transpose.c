#include "CKernels.h"

// By tiles that fit the cache's first level, so that neither side strides through memory a line at a time.
enum { tile = 16 };

void fovea_transpose(size_t rows, size_t columns, const float *restrict a, float *restrict b) {
    for (size_t row = 0; row < rows; row += tile) {
        size_t last_row = row + tile < rows ? row + tile : rows;
        for (size_t column = 0; column < columns; column += tile) {
            size_t last_column = column + tile < columns ? column + tile : columns;
            for (size_t j = column; j < last_column; j++)
                for (size_t i = row; i < last_row; i++) b[j * rows + i] = a[i * columns + j];
        }
    }
}
