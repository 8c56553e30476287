#ifndef FOVEA_COPENBLAS_H
#define FOVEA_COPENBLAS_H
#include <cblas.h>
#endif
