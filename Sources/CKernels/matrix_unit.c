#include "CKernels.h"

// Whether this machine has the matrix unit of Intel's processors (AMX), and the system lets this process use it.

#if defined(__x86_64__) && defined(__linux__)

#include <cpuid.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

// The system gives a process the unit's registers when it asks for them.
static bool is_granted(void) {
    enum { REQUEST_STATE = 0x1023, TILE_DATA = 18, BFLOAT16 = 1 << 22, TILES = 1 << 24 };
    unsigned a, b, c, d;
    if (!__builtin_cpu_supports("x86-64-v4") || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
    return (d & BFLOAT16) && (d & TILES) && syscall(SYS_arch_prctl, REQUEST_STATE, TILE_DATA) == 0;
}

bool fovea_has_matrix_unit(void) {
    static _Atomic int known = 0;
    if (atomic_load_explicit(&known, memory_order_relaxed) == 0) atomic_store(&known, is_granted() ? 1 : -1);
    return atomic_load_explicit(&known, memory_order_relaxed) > 0;
}

#else

bool fovea_has_matrix_unit(void) { return false; }

#endif
