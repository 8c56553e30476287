// The system's error behind a failed call. libhdf5 keeps it in the text of its error stack only, and the next call, even
// one that closes a handle, clears that stack; so it is picked up at the moment of the failure.
#include "CHDF5Reader.h"

#include <hdf5.h>
#include <stdio.h>
#include <string.h>

static int recorded;

static herr_t find(unsigned depth, const H5E_error2_t *entry, void *context) {
    (void)depth;
    (void)context;
    const char *text = entry->desc == NULL ? NULL : strstr(entry->desc, "errno = ");
    int number = 0;
    if (text != NULL && sscanf(text, "errno = %d", &number) == 1 && recorded == 0) recorded = number;
    return 0;
}

static herr_t record(hid_t stack, void *context) {
    (void)context;
    H5Ewalk2(stack, H5E_WALK_DOWNWARD, find, NULL);
    return 0;
}

void hdf5_watch_errors(void) {
    recorded = 0;
    H5Eset_auto2(H5E_DEFAULT, record, NULL);
}

int hdf5_recorded_errno(void) { return recorded; }
