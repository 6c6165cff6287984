// Matrix products and affine maps.

/// C = op(A)·op(B) + beta·C, row-major, by oneDNN.
INLINE void product(
    int transposes_a, int transposes_b, int64_t m, int64_t n, int64_t k, const float *a,
    const float *b, float beta, float *c) {
  if (k == 0 && beta == 0) memset(c, 0, m * n * sizeof(float));
  if (m == 0 || n == 0 || k == 0) return;
  dnnl_sgemm(
      transposes_a ? 'T' : 'N', transposes_b ? 'T' : 'N', m, n, k, 1.0f, a, transposes_a ? m : k,
      b, transposes_b ? k : n, beta, c, n);
}

/// pointer: A, B, C. size: transpose A, transpose B, rows, columns, depth, accumulate.
KERNEL(MATMUL) {
  product(
      in->size[0] != 0, in->size[1] != 0, in->size[2], in->size[3], in->size[4], in->pointer[0],
      in->pointer[1], in->size[5] ? 1.0f : 0.0f, in->pointer[2]);
}

INLINE void activate(float *y, int64_t count, int64_t code) {
  if (code)
    for (int64_t i = 0; i < count; i += MIM_LANES)
      store(y + i, activation_of(load(y + i), code));
}

/// y [batch, out] = activation(x [batch, in]·Wᵀ + b).
/// pointer: x, W, b, y. size: batch, in, out, activation.
KERNEL(AFFINE_ROWS) {
  const int64_t batch = in->size[0], out = in->size[2];
  float *y = in->pointer[3];
  for (int64_t i = 0; i < batch; i++) memcpy(y + i * out, in->pointer[2], out * sizeof(float));
  product(0, 1, batch, out, in->size[1], in->pointer[0], in->pointer[1], 1.0f, y);
  activate(y, batch * out, in->size[3]);
}
