// Linked into the tests so that MIM_ISA restricts them as it restricts the programs: MIM_ISA=avx2 swift test …
#pragma once

/// The set that the tests were restricted to; NULL where MIM_ISA is not set.
const char *mim_test_set(void);
