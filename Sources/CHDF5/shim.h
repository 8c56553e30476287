// What Swift needs of libhdf5. Swift cannot import macros that cast or call, so each such constant is wrapped here.
#ifndef FOVEA_CHDF5_H
#define FOVEA_CHDF5_H

// The 1.10 names also with newer libraries.
#ifndef H5_USE_110_API
#define H5_USE_110_API
#endif
#include <hdf5.h>
#include <hdf5_hl.h>

static inline hid_t chdf5_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t chdf5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t chdf5_native_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t chdf5_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t chdf5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t chdf5_ieee_f32le(void) { return H5T_IEEE_F32LE; }
static inline hid_t chdf5_ieee_f64le(void) { return H5T_IEEE_F64LE; }
static inline hid_t chdf5_std_i8le(void) { return H5T_STD_I8LE; }
static inline hid_t chdf5_std_i32le(void) { return H5T_STD_I32LE; }
static inline hid_t chdf5_std_i64le(void) { return H5T_STD_I64LE; }
static inline hid_t chdf5_object_reference(void) { return H5T_STD_REF_OBJ; }
static inline hid_t chdf5_native_int(void) { return H5T_NATIVE_INT; }
static inline hid_t chdf5_c_string(void) { return H5T_C_S1; }
static inline size_t chdf5_variable_length(void) { return H5T_VARIABLE; }
static inline hid_t chdf5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t chdf5_link_create(void) { return H5P_LINK_CREATE; }
static inline hid_t chdf5_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t chdf5_attribute_create(void) { return H5P_ATTRIBUTE_CREATE; }
static inline hid_t chdf5_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t chdf5_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t chdf5_default(void) { return H5P_DEFAULT; }
static inline hid_t chdf5_all(void) { return H5S_ALL; }
static inline unsigned chdf5_truncate(void) { return H5F_ACC_TRUNC; }

/// An element of a scale's REFERENCE_LIST: a dataset and which of its axes the scale is of.
typedef struct {
    hobj_ref_t dataset;
    int dimension;
} chdf5_axis;

/// Starts the library without its exit handler, which would flush abandoned files.
static inline void chdf5_start(void) {
    H5dont_atexit();
    H5open();
}

/// Network file systems often have no locks; a file nobody else can name needs none.
static inline void chdf5_no_locking(hid_t access) {
#if H5_VERSION_GE(1, 10, 7)
    H5Pset_file_locking(access, 0, 1);
#else
    (void)access;
#endif
}

#endif
