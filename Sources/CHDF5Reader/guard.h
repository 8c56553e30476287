// What a process gives up before it looks at a file.
#pragma once

#include <stdint.h>
#include <sys/types.h>

/// Keeps `kept` (as descriptor 3) and nothing else; 0, 1 and 2 go nowhere.
void guard_descriptors(int kept);

/// Default signals, no environment, a process group of its own, no new privileges.
void guard_identity(void);

/// Dies with `parent`; cannot open, create or write a file, nor run for ever.
void guard_reader(pid_t parent);

/// At most `more` bytes of address space above `now`.
void guard_memory(uint64_t now, uint64_t more);

/// Ends this process by SIGPROF unless the next `bytes` are dealt with in good time: 1 s and 1 s for every 50 MB, of the
/// processor's time and not the clock's, so that a busy machine breaks nothing.
void guard_effort(uint64_t bytes);

/// Takes back what `guard_effort` set: what follows is this process' own business.
void guard_rest(void);

/// The address space this process uses now, in bytes.
uint64_t guard_address_space(void);
