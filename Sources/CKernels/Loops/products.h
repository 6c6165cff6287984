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

/// pointer: A, B, C. size: transpose A, transpose B, rows, columns, depth, accumulate, strides of
/// A, B and C.
KERNEL(MATMUL) {
  product(
      in->size[0] != 0, in->size[1] != 0, in->size[2], in->size[3], in->size[4], in->pointer[0],
      in->pointer[1], in->size[5] ? 1.0f : 0.0f, in->pointer[2],
      (row_strides){in->size[6], in->size[7], in->size[8]});
}

INLINE void activate(float *y, int64_t count, int64_t code) {
  if (code)
    for (int64_t i = 0; i < count; i += MIM_LANES)
      store(y + i, activation_of(load(y + i), code));
}

/// y [batch, out] = activation(x [batch, in]·Wᵀ + b).
/// pointer: x, W, b, y. size: batch, in, out, activation.
KERNEL(AFFINE_ROWS) {
  const int64_t batch = in->size[0], depth = in->size[1], out = in->size[2];
  float *y = in->pointer[3];
  for (int64_t i = 0; i < batch; i++) memcpy(y + i * out, in->pointer[2], out * sizeof(float));
  product(
      0, 1, batch, out, depth, in->pointer[0], in->pointer[1], 1.0f, y,
      (row_strides){depth, depth, out});
  activate(y, batch * out, in->size[3]);
}
