// Matrix products and affine maps.

// The floats from one row of a matrix to the next, as it is stored.
typedef struct {
  int64_t a, b, c;
} row_strides;

/// C = op(A)·op(B) + beta·C, row-major, by oneDNN on this thread alone: the plan divides large
/// products itself.
INLINE void product(
    int transposes_a, int transposes_b, int64_t m, int64_t n, int64_t k, const float *a,
    const float *b, float beta, float *c, row_strides strides) {
  if (k == 0 && beta == 0)
    for (int64_t i = 0; i < m; i++) memset(c + i * strides.c, 0, n * sizeof(float));
  if (m == 0 || n == 0 || k == 0) return;
  dnnl_sgemm(
      transposes_a ? 'T' : 'N', transposes_b ? 'T' : 'N', m, n, k, 1.0f, a, strides.a, b,
      strides.b, beta, c, strides.c);
}

KERNEL(MATMUL) {
  product(
      in->transposes_a, in->transposes_b, in->rows, in->columns, in->depth, in->a,
      in->b, in->accumulates ? 1.0f : 0.0f, in->c,
      (row_strides){in->a_stride, in->b_stride, in->c_stride});
}

INLINE void activate(float *y, int64_t count, int64_t code) {
  if (code)
    for (int64_t i = 0; i < count; i += MIM_LANES)
      store(y + i, activation_of(load(y + i), code));
}

/// y [batch, out] = activation(x [batch, in]·Wᵀ + b).
KERNEL(AFFINE_ROWS) {
  const int64_t batch = in->batch, depth = in->inputs, out = in->outputs;
  float *y = in->y;
  for (int64_t i = 0; i < batch; i++) memcpy(y + i * out, in->bias, out * sizeof(float));
  product(
      0, 1, batch, out, depth, in->x, in->weights, 1.0f, y,
      (row_strides){depth, depth, out});
  activate(y, batch * out, in->activation);
}
