// What a plan calls between its kernels.

/// Calls a function that was given as a pointer, outside of the kernels. pointer: array, function, its context.
/// size: count.
KERNEL(CALL) {
  void (*function)(void *, float *, int64_t) =
      (void (*)(void *, float *, int64_t))(void *)in->pointer[1];
  function(in->pointer[2], in->pointer[0], in->size[0]);
}
