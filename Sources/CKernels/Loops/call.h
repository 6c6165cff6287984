// What a plan calls between its kernels.

/// Calls a function outside of the kernels.
KERNEL(CALL) { in->function(in->context, in->values, in->count); }
