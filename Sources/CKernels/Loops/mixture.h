// log Σ_k N(x | μ_k, s_k) of diagonal Gaussians, the same for every x. Tables hold a feature's
// numbers of all components side by side: μ [features, width], 1/s [features, width], log-constants
// [width], where width is the number of components up to whole registers of 16; lanes left over
// hold zeros.

enum { MIXTURE_VECTORS = 4 };

typedef struct {
  const float *mean, *inverse, *constant;
} mixture_tables;

INLINE mixture_tables tables_at(const float *first, int64_t features, int64_t width) {
  return (mixture_tables){first, first + features * width, first + 2 * features * width};
}

/// From μ, logScale and its exponential [components, features].
KERNEL(MIXTURE_TABLES) {
  const int64_t components = in->components, features = in->features, width = in->width;
  float *mean = in->tables, *inverse = mean + features * width;
  float *constant = inverse + features * width;
  memset(mean, 0, (2 * features + 1) * width * sizeof(float));
  for (int64_t k = 0; k < components; k++) {
    float sum = 0;
    for (int64_t j = 0; j < features; j += MIM_LANES) {
      const int64_t lanes = features - j < MIM_LANES ? features - j : MIM_LANES;
      const float *log_scale = in->log_scale + k * features + j;
      const vf scale = load_part(in->exponential + k * features + j, lanes) + in->floor;
      const vf one = quotient(splat(1.0f), scale);
      const vf term = log_of_scale(scale, load_part(log_scale, lanes), one, in->floor);
      for (int64_t l = 0; l < lanes; l++) {
        mean[(j + l) * width + k] = in->mean[k * features + j + l];
        inverse[(j + l) * width + k] = one[l];
        sum += term[l];
      }
    }
    constant[k] = -sum - features * HALF_LOG_2PI;
  }
}

/// x, but −∞ in lanes of number `count` and more; the first is number k.
INLINE vf lanes_before(int64_t count, int64_t k, vf x) {
  if (k + MIM_LANES <= count) return x;
  for (int l = 0; l < MIM_LANES; l++) x[l] = k + l < count ? x[l] : -INFINITY;
  return x;
}

/// log N of `vectors` registers of components from k on at x.
INLINE void component_densities(const int vectors, const float *x, mixture_tables t,
                                int64_t features, int64_t width, int64_t k, float *densities) {
  vf squares[MIXTURE_VECTORS];
  UNROLL for (int v = 0; v < vectors; v++) squares[v] = splat(0);
  for (int64_t j = 0; j < features; j++) {
    const vf value = splat(x[j]);
    UNROLL for (int v = 0; v < vectors; v++) {
      const int64_t at = j * width + k + v * MIM_LANES;
      const vf u = (value - load(t.mean + at)) * load(t.inverse + at);
      squares[v] = fused(u, u, squares[v]);
    }
  }
  UNROLL for (int v = 0; v < vectors; v++) {
    const int64_t at = k + v * MIM_LANES;
    store(densities + at, fused(splat(-0.5f), squares[v], load(t.constant + at)));
  }
}

/// log Σ exp of the first `count` numbers; −∞ where all are.
INLINE float log_sum_exp(const float *x, int64_t count) {
  vf top = splat(-INFINITY), sum = splat(0);
  for (int64_t k = 0; k < count; k += MIM_LANES)
    top = at_least(top, lanes_before(count, k, load(x + k)));
  float largest = top[0];
  for (int l = 1; l < MIM_LANES; l++) largest = top[l] > largest ? top[l] : largest;
  // Nothing is compared with −∞.
  const float base = largest > -INFINITY ? largest : 0;
  for (int64_t k = 0; k < count; k += MIM_LANES)
    sum += exp_of(lanes_before(count, k, load(x + k)) - base);
  return base + log_of(splat(total(sum)))[0];
}

KERNEL(MIXTURE) {
  const int64_t features = in->features, width = in->width;
  const mixture_tables tables = tables_at(in->tables, features, width);
  const int64_t step = MIXTURE_VECTORS * MIM_LANES;
  for (int64_t n = 0; n < in->items; n++) {
    const float *x = in->x + n * features;
    float *densities = in->densities + n * width;
    int64_t k = 0;
    for (; k + step <= width; k += step)
      component_densities(MIXTURE_VECTORS, x, tables, features, width, k, densities);
    for (; k < width; k += MIM_LANES)
      component_densities(1, x, tables, features, width, k, densities);
    in->y[n] = log_sum_exp(densities, in->components);
  }
}

/// With r_nk = g_n·N_nk / Σ N_n, u = (x − μ)/s: dx = −Σ_k r·u/s, dμ = Σ_n r·u/s, dlogScale = Σ_n
/// r·(u² − 1)·e/s, with e = exp(logScale).
KERNEL(MIXTURE_GRADIENT) {
  const int64_t features = in->features, width = in->width, components = in->components;
  const mixture_tables tables = tables_at(in->tables, features, width);
  float *to_mean = in->scratch, *to_scale = to_mean + features * width;
  float *share = to_scale + features * width;
  memset(to_mean, 0, 2 * features * width * sizeof(float));
  for (int64_t n = 0; n < in->items; n++) {
    const float *densities = in->densities + n * width;
    const float outer = in->outer[n], whole = in->y[n];
    for (int64_t k = 0; k < width; k += MIM_LANES)
      store(share + k, outer * exp_of(lanes_before(components, k, load(densities + k)) - whole));
    for (int64_t j = 0; j < features; j++) {
      const vf x = splat(in->x[n * features + j]);
      vf sum = splat(0);
      for (int64_t k = 0; k < width; k += MIM_LANES) {
        const int64_t at = j * width + k;
        const vf inverse = load(tables.inverse + at), r = load(share + k);
        const vf u = (x - load(tables.mean + at)) * inverse, slope = r * u * inverse;
        store(to_mean + at, load(to_mean + at) + slope);
        store(to_scale + at, load(to_scale + at) + r * fused(u, u, splat(-1.0f)));
        sum += slope;
      }
      if (in->to_x) in->to_x[n * features + j] = -total(sum);
    }
  }
  for (int64_t k = 0; k < components; k++)
    for (int64_t j = 0; j < features; j++) {
      const int64_t from = j * width + k, to = k * features + j;
      if (in->to_mean) in->to_mean[to] = to_mean[from];
      if (in->to_log_scale)
        in->to_log_scale[to] = to_scale[from] * in->exponential[to] * tables.inverse[from];
    }
}
