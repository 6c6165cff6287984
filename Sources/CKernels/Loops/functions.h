// Elementary functions as branch-free polynomials on vectors.
// Accuracy over the whole float range, measured by Tests/MIMTensorTests/ElementaryFunctionTests:
// exp, log 2e-7 relative (log near 1: absolute 1e-7); tanh, sigmoid 3e-7; softplus 4e-7 relative.

/// eˣ: 2ⁿ·e^r with |r| ≤ ½ log 2 and a polynomial of degree 6 for e^r (Cephes' coefficients). Below
/// −103 it is 0 and above 88.7228 infinite; NaN stays NaN.
INLINE vf exp_of(vf x) {
  vf limited = larger(smaller(x, splat(88.8f)), splat(-104.0f));
  vf n = (limited * 1.44269504088896341f + 12582912.0f) - 12582912.0f;
  vf r = fused(n, splat(-0.693359375f), limited);
  r = fused(n, splat(2.12194440e-4f), r);
  vf p = splat(1.9875691500e-4f);
  p = fused(p, r, splat(1.3981999507e-3f));
  p = fused(p, r, splat(8.3334519073e-3f));
  p = fused(p, r, splat(4.1665795894e-2f));
  p = fused(p, r, splat(1.6666665459e-1f));
  p = fused(p, r, splat(5.0000001201e-1f));
  p = fused(p, r * r, r + 1.0f);
  // 2ⁿ in two factors, so that results near both ends of the range don't overflow on the way.
  vi whole = __builtin_convertvector(n, vi);
  vi half = whole >> 1;
  vf result = p * (vf)((half + 127) << 23) * (vf)((whole - half + 127) << 23);
  return choose(x == x, result, x);
}

/// log x: log m + n log 2 with m in [√½, √2) (Cephes' polynomial). −∞ at 0, NaN below, subnormals
/// included.
INLINE vf log_of(vf x) {
  vi tiny = x < 1.17549435e-38f;
  vf scaled = choose(tiny, x * 8388608.0f, x);
  vi bits = (vi)scaled - 0x3f3504f3;
  vf n = __builtin_convertvector(bits >> 23, vf) - choose(tiny, splat(23.0f), splat(0.0f));
  vf m = (vf)((bits & 0x007fffff) + 0x3f3504f3) - 1.0f;
  vf p = splat(7.0376836292e-2f);
  p = fused(p, m, splat(-1.1514610310e-1f));
  p = fused(p, m, splat(1.1676998740e-1f));
  p = fused(p, m, splat(-1.2420140846e-1f));
  p = fused(p, m, splat(1.4249322787e-1f));
  p = fused(p, m, splat(-1.6668057665e-1f));
  p = fused(p, m, splat(2.0000714765e-1f));
  p = fused(p, m, splat(-2.4999993993e-1f));
  p = fused(p, m, splat(3.3333331174e-1f));
  vf square = m * m;
  vf y = fused(p, square * m, n * -2.12194440e-4f);
  y = fused(square, splat(-0.5f), y);
  y = fused(n, splat(0.693359375f), m + y);
  y = choose(x < INFINITY, y, x);
  y = choose(x == 0.0f, splat(-INFINITY), y);
  return choose(x >= 0.0f, y, splat(NAN));
}

/// tanh x: Eigen's rational function of degree 13/6 on |x| ≤ 7.9988; beyond, its value there.
INLINE vf tanh_of(vf x) {
  vf limited = larger(smaller(x, splat(7.99881172180175781f)), splat(-7.99881172180175781f));
  vf s = limited * limited;
  vf p = splat(-2.76076847742355e-16f);
  p = fused(p, s, splat(2.00018790482477e-13f));
  p = fused(p, s, splat(-8.60467152213735e-11f));
  p = fused(p, s, splat(5.12229709037114e-08f));
  p = fused(p, s, splat(1.48572235717979e-05f));
  p = fused(p, s, splat(6.37261928875436e-04f));
  p = fused(p, s, splat(4.89352455891786e-03f));
  vf q = splat(1.19825839466702e-06f);
  q = fused(q, s, splat(1.18534705686654e-04f));
  q = fused(q, s, splat(2.26843463243900e-03f));
  q = fused(q, s, splat(4.89352518554385e-03f));
  return choose(x == x, limited * p / q, x);
}

/// 1/(1 + e⁻ˣ), from e^−|x| so that nothing overflows and small values keep their digits.
INLINE vf sigmoid_of(vf x) {
  vf e = exp_of(-absolute(x));
  return choose(x < 0.0f, e, splat(1.0f)) / (1.0f + e);
}

/// log(1 + y) for 0 ≤ y ≤ 1: log u with the rounding error of u = 1 + y given back (Higham).
INLINE vf log1p_of(vf y) {
  vf u = 1.0f + y;
  vf error = y - (u - 1.0f);
  return log_of(u) + error / u;
}

/// log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|).
INLINE vf softplus_of(vf x) {
  return choose(x > 0.0f, x, choose(x == x, splat(0.0f), x)) + log1p_of(exp_of(-absolute(x)));
}

INLINE vf relu_of(vf x) { return choose(x <= 0.0f, splat(0.0f), x); }

/// The function that an affine map is followed by: 0 none, 1 tanh, 2 relu, 3 sigmoid.
INLINE vf activation_of(vf x, int64_t code) {
  return code == 1 ? tanh_of(x) : code == 2 ? relu_of(x) : code == 3 ? sigmoid_of(x) : x;
}
