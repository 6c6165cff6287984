// Elementary functions as branch-free polynomials on vectors.
// Accuracy over the whole float range, measured by Tests/MIMCPUTests/ElementaryFunctionTests:
// exp, log 2e-7 relative (log near 1: absolute 1e-7); sigmoid 3e-7; tanh, softplus 4e-7 relative.

/// p·2ⁿ for a whole n within ±150.
INLINE vf scaled_by_power(vf p, vf n) {
#if MIM_LANES == 16
  return (vf)_mm512_scalef_ps((__m512)p, (__m512)n);
#else
  // In two factors, so that results near both ends of the range don't overflow on the way.
  vi whole = __builtin_convertvector(n, vi);
  vi half = whole >> 1;
  return p * (vf)((half + 127) << 23) * (vf)((whole - half + 127) << 23);
#endif
}

/// eˣ: 2ⁿ·e^r with |r| ≤ ½ log 2 and a polynomial of degree 6 for e^r (Cephes' coefficients). Below
/// −103 it is 0 and above 88.7228 infinite; NaN stays NaN.
INLINE vf exp_of(vf x) {
  vf limited = at_least(splat(-104.0f), at_most(splat(88.8f), x));
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
  return scaled_by_power(p, n);
}

/// log x of a positive, normal, finite x: log m + n log 2 with m in [√½, √2) (Cephes' polynomial).
INLINE vf log_of_normal(vf x) {
  vi bits = (vi)x - 0x3f3504f3;
  vf n = __builtin_convertvector(bits >> 23, vf);
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
  return fused(n, splat(0.693359375f), m + y);
}

/// log x of any x: −∞ at 0, NaN below, subnormals included.
INLINE vf log_of(vf x) {
  vi tiny = x < 1.17549435e-38f;
  vf y = log_of_normal(choose(tiny, x * 8388608.0f, x));
  y = choose(tiny, y - 15.9423847f, y);
  y = choose(x < INFINITY, y, x);
  y = choose(x == 0.0f, splat(-INFINITY), y);
  return choose(x >= 0.0f, y, splat(NAN));
}

/// tanh x: Eigen's rational function of degree 13/6 on |x| ≤ 7.9988; beyond, its value there.
INLINE vf tanh_of(vf x) {
  const float bound = 7.99881172180175781f;
  vf limited = at_least(splat(-bound), at_most(splat(bound), x));
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
  // A true division: it runs beside the polynomials, which are what limits.
  return limited * p / q;
}

/// 1/(1 + e⁻ˣ), from e^−|x| so that nothing overflows and small values keep their digits.
INLINE vf sigmoid_of(vf x) {
  vf e = exp_of(-absolute(x));
  return quotient(choose(x < 0.0f, e, splat(1.0f)), 1.0f + e);
}

/// log(1 + y) for 0 ≤ y ≤ 1: log u with the rounding error of u = 1 + y given back (Higham).
INLINE vf log1p_of(vf y) {
  vf u = 1.0f + y;
  vf error = y - (u - 1.0f);
  return log_of_normal(u) + quotient(error, u);
}

/// log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|).
INLINE vf softplus_of(vf x) {
  return at_least(splat(0.0f), x) + log1p_of(exp_of(-absolute(x)));
}

INLINE vf relu_of(vf x) { return at_least(splat(0.0f), x); }

/// The function that an affine map is followed by: 0 none, 1 tanh, 2 relu, 3 sigmoid.
INLINE vf activation_of(vf x, int64_t code) {
  return code == 1 ? tanh_of(x) : code == 2 ? relu_of(x) : code == 3 ? sigmoid_of(x) : x;
}
