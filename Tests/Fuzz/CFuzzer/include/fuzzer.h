#pragma once
#include <stddef.h>
#include <stdint.h>

/// libFuzzer as a library: calls `test` with one input after the other, until its options say stop.
int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*test)(const uint8_t *data, size_t size));
