// Functions of two arrays with broadcasting.

INLINE vf log_add_exp_of(vf a, vf b) {
  vf high = choose(a > b, a, b), low = choose(a > b, b, a);
  // Equal infinities have no difference; their sum of exponentials is themselves.
  vf gap = choose(low == high, splat(0.0f), low - high);
  vf result = high + log1p_of(exp_of(gap));
  return choose(absolute(high) == INFINITY, high, choose(low == low, result, low));
}

INLINE vf one_where(vi mask) { return choose(mask, splat(1.0f), splat(0.0f)); }

typedef vf (*binary_function)(vf, vf);

INLINE void binary_row(
    binary_function f, const float *a, int64_t a_step, const float *b, int64_t b_step, float *c,
    int64_t n) {
  int64_t i = 0;
  vf x = splat(a_step ? 0 : *a), y = splat(b_step ? 0 : *b);
  for (; i + MIM_LANES <= n; i += MIM_LANES) {
    if (a_step) x = load_loose(a + i);
    if (b_step) y = load_loose(b + i);
    store_loose(c + i, f(x, y));
  }
  if (i == n) return;
  if (a_step) x = load_part(a + i, n - i);
  if (b_step) y = load_part(b + i, n - i);
  store_part(c + i, f(x, y), n - i);
}

INLINE void binary_loops(const mim_binary *in, binary_function f) {
  const mim_int *extent = in->extent, *sa = in->a_stride, *sb = in->b_stride;
  float *c = in->result;
  for (int64_t i = 0; i < extent[0]; i++)
    for (int64_t j = 0; j < extent[1]; j++)
      for (int64_t k = 0; k < extent[2]; k++) {
        const float *a = in->a + i * sa[0] + j * sa[1] + k * sa[2];
        const float *b = in->b + i * sb[0] + j * sb[1] + k * sb[2];
        if (sa[3] && sb[3])
          binary_row(f, a, 1, b, 1, c, extent[3]);
        else if (sa[3])
          binary_row(f, a, 1, b, 0, c, extent[3]);
        else if (sb[3])
          binary_row(f, a, 0, b, 1, c, extent[3]);
        else
          binary_row(f, a, 0, b, 0, c, extent[3]);
        c += extent[3];
      }
}

#define BINARY(NAME, expression)                                \
  INLINE vf binary_##NAME(vf a, vf b) { return expression; }    \
  KERNEL(NAME) { binary_loops(in, binary_##NAME); }

BINARY(ADD, a + b)
BINARY(SUBTRACT, a - b)
BINARY(MULTIPLY, a *b)
BINARY(DIVIDE, a / b)
BINARY(MAXIMUM, choose(a >= b, a, choose(a == a, b, a)))
BINARY(MINIMUM, choose(a <= b, a, choose(a == a, b, a)))
BINARY(LOG_ADD_EXP, log_add_exp_of(a, b))
BINARY(GREATER, one_where(a > b))
BINARY(GREATER_OR_EQUAL, one_where(a >= b))

KERNEL(BROADCAST) {
  const mim_int *extent = in->extent, *sa = in->a_stride;
  float *c = in->result;
  for (int64_t i = 0; i < extent[0]; i++)
    for (int64_t j = 0; j < extent[1]; j++)
      for (int64_t k = 0; k < extent[2]; k++) {
        const float *a = in->a + i * sa[0] + j * sa[1] + k * sa[2];
        if (sa[3])
          memcpy(c, a, extent[3] * sizeof(float));
        else
          for (int64_t l = 0; l < extent[3]; l++) c[l] = *a;
        c += extent[3];
      }
}
