// Winograd's algorithm F(4, 3) in one dimension (Lavin, Gray, arXiv:1509.09308): four results of a
// correlation with three weights from six numbers, through the points 0, ±a, ±b, ∞ (Toom, Cook).
// With M(p) = p·(p² − a²)·(p² − b²), a row of Bᵀ holds the coefficients of M without its point's
// factor, a row of G the powers of the point over M′ there, a column of Aᵀ the powers of the point.
// Points about 1 keep rounding errors small: those of ±1, ±2 are three times as large.

#define POINT_A 0.625f
#define POINT_B 1.5f
#define SQUARE_A (POINT_A * POINT_A)
#define SQUARE_B (POINT_B * POINT_B)
#define AT_ZERO (1 / (SQUARE_A * SQUARE_B))
#define AT_A (1 / (2 * SQUARE_A * (SQUARE_A - SQUARE_B)))
#define AT_B (1 / (2 * SQUARE_B * (SQUARE_B - SQUARE_A)))

/// Bᵀ·x.
INLINE void input_points_3(const vf *x, vf *p) {
  const vf product = splat(SQUARE_A * SQUARE_B), sum = splat(-SQUARE_A - SQUARE_B);
  p[0] = fused(product, x[0], fused(sum, x[2], x[4]));
  p[5] = fused(product, x[1], fused(sum, x[3], x[5]));
  const vf even1 = fused(splat(-SQUARE_B), x[2], x[4]);
  const vf odd1 = fused(splat(-SQUARE_B), x[1], x[3]);
  p[1] = fused(splat(POINT_A), odd1, even1), p[2] = fused(splat(-POINT_A), odd1, even1);
  const vf even2 = fused(splat(-SQUARE_A), x[2], x[4]);
  const vf odd2 = fused(splat(-SQUARE_A), x[1], x[3]);
  p[3] = fused(splat(POINT_B), odd2, even2), p[4] = fused(splat(-POINT_B), odd2, even2);
}

/// Aᵀ·p.
INLINE void results_of_3(const vf *p, vf *y) {
  const vf even1 = p[1] + p[2], odd1 = p[1] - p[2], even2 = p[3] + p[4], odd2 = p[3] - p[4];
  y[0] = p[0] + (even1 + even2);
  y[1] = fused(splat(POINT_A), odd1, POINT_B * odd2);
  y[2] = fused(splat(SQUARE_A), even1, SQUARE_B * even2);
  y[3] = fused(splat(SQUARE_A * POINT_A), odd1, fused(splat(SQUARE_B * POINT_B), odd2, p[5]));
}

/// A·y, for the gradient.
INLINE void outer_points_3(const vf *y, vf *p) {
  const vf even1 = fused(splat(SQUARE_A), y[2], y[0]);
  const vf odd1 = fused(splat(SQUARE_A), y[3], y[1]);
  const vf even2 = fused(splat(SQUARE_B), y[2], y[0]);
  const vf odd2 = fused(splat(SQUARE_B), y[3], y[1]);
  p[0] = y[0], p[5] = y[3];
  p[1] = fused(splat(POINT_A), odd1, even1), p[2] = fused(splat(-POINT_A), odd1, even1);
  p[3] = fused(splat(POINT_B), odd2, even2), p[4] = fused(splat(-POINT_B), odd2, even2);
}

/// G·w.
INLINE void weight_points_3(const vf *w, vf *p) {
  const vf even1 = fused(splat(SQUARE_A), w[2], w[0]), odd1 = POINT_A * w[1];
  const vf even2 = fused(splat(SQUARE_B), w[2], w[0]), odd2 = POINT_B * w[1];
  p[0] = AT_ZERO * w[0], p[5] = w[2];
  p[1] = AT_A * (even1 + odd1), p[2] = AT_A * (even1 - odd1);
  p[3] = AT_B * (even2 + odd2), p[4] = AT_B * (even2 - odd2);
}

/// Gᵀ·p, for the gradient.
INLINE void weight_gradients_3(const vf *p, vf *w) {
  const vf even1 = AT_A * (p[1] + p[2]), odd1 = AT_A * (p[1] - p[2]);
  const vf even2 = AT_B * (p[3] + p[4]), odd2 = AT_B * (p[3] - p[4]);
  w[0] = fused(splat(AT_ZERO), p[0], even1 + even2);
  w[1] = fused(splat(POINT_A), odd1, POINT_B * odd2);
  w[2] = fused(splat(SQUARE_A), even1, fused(splat(SQUARE_B), even2, p[5]));
}
