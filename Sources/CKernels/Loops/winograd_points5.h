// Winograd's algorithm F(4, 5) in one dimension (Lavin, Gray, arXiv:1509.09308): four results of a
// correlation with five weights from eight numbers, through the points 0, ±1, ±2, ±½, ∞ (Toom,
// Cook).

/// Bᵀ·x.
INLINE void input_points_5(const vf *x, vf *p) {
  p[0] = fused(splat(5.25f), x[4] - x[2], x[0] - x[6]);
  p[7] = fused(splat(5.25f), x[3] - x[5], x[7] - x[1]);
  const vf even1 = fused(splat(-4.25f), x[4], x[2] + x[6]);
  const vf odd1 = fused(splat(-4.25f), x[3], x[1] + x[5]);
  p[1] = even1 + odd1, p[2] = even1 - odd1;
  const vf even2 = fused(splat(0.25f), x[2], fused(splat(-1.25f), x[4], x[6]));
  const vf odd2 = fused(splat(0.5f), x[1], fused(splat(-2.5f), x[3], 2.0f * x[5]));
  p[3] = even2 + odd2, p[4] = even2 - odd2;
  const vf even3 = fused(splat(4.0f), x[2], fused(splat(-5.0f), x[4], x[6]));
  const vf odd3 = fused(splat(2.0f), x[1], fused(splat(-2.5f), x[3], 0.5f * x[5]));
  p[5] = even3 + odd3, p[6] = even3 - odd3;
}

/// Aᵀ·p.
INLINE void results_of_5(const vf *p, vf *y) {
  const vf even1 = p[1] + p[2], odd1 = p[1] - p[2], even2 = p[3] + p[4], odd2 = p[3] - p[4];
  const vf even3 = p[5] + p[6], odd3 = p[5] - p[6];
  y[0] = (p[0] + even1) + (even2 + even3);
  y[1] = fused(splat(2.0f), odd2, fused(splat(0.5f), odd3, odd1));
  y[2] = fused(splat(4.0f), even2, fused(splat(0.25f), even3, even1));
  y[3] = fused(splat(8.0f), odd2, fused(splat(0.125f), odd3, odd1)) + p[7];
}

/// A·y, for the gradient.
INLINE void outer_points_5(const vf *y, vf *p) {
  const vf even1 = y[0] + y[2], odd1 = y[1] + y[3];
  const vf even2 = fused(splat(4.0f), y[2], y[0]), odd2 = fused(splat(8.0f), y[3], 2.0f * y[1]);
  const vf even3 = fused(splat(0.25f), y[2], y[0]);
  const vf odd3 = fused(splat(0.125f), y[3], 0.5f * y[1]);
  p[0] = y[0], p[1] = even1 + odd1, p[2] = even1 - odd1, p[3] = even2 + odd2;
  p[4] = even2 - odd2, p[5] = even3 + odd3, p[6] = even3 - odd3, p[7] = y[3];
}

/// G·w.
INLINE void weight_points_5(const vf *w, vf *p) {
  const vf even1 = w[0] + w[2] + w[4], odd1 = w[1] + w[3];
  const vf even2 = fused(splat(16.0f), w[4], fused(splat(4.0f), w[2], w[0]));
  const vf odd2 = fused(splat(8.0f), w[3], 2.0f * w[1]);
  const vf even3 = fused(splat(0.0625f), w[4], fused(splat(0.25f), w[2], w[0]));
  const vf odd3 = fused(splat(0.125f), w[3], 0.5f * w[1]);
  const float f1 = -2.0f / 9, f2 = 1.0f / 90, f3 = 32.0f / 45;
  p[0] = w[0], p[1] = f1 * (even1 + odd1), p[2] = f1 * (even1 - odd1);
  p[3] = f2 * (even2 + odd2), p[4] = f2 * (even2 - odd2);
  p[5] = f3 * (even3 + odd3), p[6] = f3 * (even3 - odd3), p[7] = w[4];
}

/// Gᵀ·p, for the gradient.
INLINE void weight_gradients_5(const vf *p, vf *w) {
  const float f1 = -2.0f / 9, f2 = 1.0f / 90, f3 = 32.0f / 45;
  const vf even1 = f1 * (p[1] + p[2]), odd1 = f1 * (p[1] - p[2]);
  const vf even2 = f2 * (p[3] + p[4]), odd2 = f2 * (p[3] - p[4]);
  const vf even3 = f3 * (p[5] + p[6]), odd3 = f3 * (p[5] - p[6]);
  w[0] = (p[0] + even1) + (even2 + even3);
  w[1] = fused(splat(2.0f), odd2, fused(splat(0.5f), odd3, odd1));
  w[2] = fused(splat(4.0f), even2, fused(splat(0.25f), even3, even1));
  w[3] = fused(splat(8.0f), odd2, fused(splat(0.125f), odd3, odd1));
  w[4] = fused(splat(16.0f), even2, fused(splat(0.0625f), even3, even1)) + p[7];
}
