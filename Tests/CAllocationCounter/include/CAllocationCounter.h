// Counts what a thread allocates, by standing in front of the C library's allocator.
#pragma once
#include <stdint.h>

/// Starts counting this thread's allocations at zero.
void allocation_count_begin(void);

/// Stops counting. Returns the number of allocations since the beginning, or −1 where they cannot
/// be counted (a C library other than glibc).
int64_t allocation_count_end(void);
