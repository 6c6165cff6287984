// Log-densities, summed over features, and draws. ROWS kernels take [batch, features], COLUMNS
// kernels [features, batch]; size is that shape. Either results in [batch].

#define HALF_LOG_2PI 0.918938533204672742f

/// log(e^l + f) for s = e^l + f with 1/s known. With t = f/s it is l − log(1 − t), for small t a
/// short series; a larger t in any lane takes the logarithm instead.
INLINE vf log_of_scale(vf scale, vf log_scale, vf inverse, float floor) {
  vf t = floor * inverse;
  if (any_lane((t >= 0.01f) | (t != t)))
    // A scale that overflowed must not let the density look finite.
    return choose(scale < INFINITY, log_of_normal(scale), -scale);
  return log_scale + t * fused(t, fused(t, splat(1.0f / 3), splat(0.5f)), splat(1.0f));
}

INLINE vf gaussian_term(vf x, vf mean, vf log_scale, vf e, float floor) {
  vf scale = e + floor;
  vf inverse = quotient(splat(1.0f), scale);
  vf u = (x - mean) * inverse;
  return -0.5f * u * u - log_of_scale(scale, log_scale, inverse, floor) - HALF_LOG_2PI;
}

/// pointer: x, mean, logScale, its exponential, result. scalar: floor of the scale.
KERNEL(GAUSSIAN_ROWS) {
  const int64_t batch = in->size[0], features = in->size[1];
  for (int64_t b = 0; b < batch; b++) {
    const float *x = in->pointer[0] + b * features, *mean = in->pointer[1] + b * features;
    const float *log_scale = in->pointer[2] + b * features, *e = in->pointer[3] + b * features;
    vf sum = splat(0);
    int64_t i = 0;
    for (; i + MIM_LANES <= features; i += MIM_LANES)
      sum += gaussian_term(
          load_loose(x + i), load_loose(mean + i), load_loose(log_scale + i), load_loose(e + i),
          in->scalar[0]);
    float rest = 0;
    if (i < features) {
      vf part = gaussian_term(
          load_part(x + i, features - i), load_part(mean + i, features - i),
          load_part(log_scale + i, features - i), load_part(e + i, features - i),
          in->scalar[0]);
      for (int64_t j = 0; j < features - i; j++) rest += part[j];
    }
    in->pointer[4][b] = total(sum) + rest;
  }
}

KERNEL(GAUSSIAN_COLUMNS) {
  const int64_t features = in->size[0], batch = in->size[1];
  for (int64_t b = 0; b < batch; b += MIM_LANES) {
    vf sum = splat(0);
    for (int64_t i = b; i < features * batch; i += batch)
      sum += gaussian_term(
          load(in->pointer[0] + i), load(in->pointer[1] + i), load(in->pointer[2] + i),
          load(in->pointer[3] + i), in->scalar[0]);
    store(in->pointer[4] + b, sum);
  }
}

INLINE void gaussian_gradient(
    vf x, vf mean, vf e, float floor, vf outer, vf *to_x, vf *to_mean, vf *to_log_scale) {
  vf inverse = quotient(splat(1.0f), e + floor);
  vf u = (x - mean) * inverse;
  *to_mean = outer * u * inverse;
  *to_x = -*to_mean;
  *to_log_scale = outer * (u * u - 1.0f) * e * inverse;
}

/// pointer: x, mean, exponential of logScale, outer gradient [batch], then the gradients of x, mean
/// and logScale (NULL: not wanted). scalar: floor of the scale.
KERNEL(GAUSSIAN_GRADIENT_ROWS) {
  const int64_t batch = in->size[0], features = in->size[1];
  for (int64_t b = 0; b < batch; b++)
    for (int64_t i = 0; i < features; i += MIM_LANES) {
      int64_t width = features - i < MIM_LANES ? features - i : MIM_LANES;
      int64_t at = b * features + i;
      vf result[3];
      gaussian_gradient(
          load_part(in->pointer[0] + at, width), load_part(in->pointer[1] + at, width),
          load_part(in->pointer[2] + at, width), in->scalar[0], splat(in->pointer[3][b]),
          &result[0], &result[1], &result[2]);
      for (int k = 0; k < 3; k++)
        if (in->pointer[4 + k]) store_part(in->pointer[4 + k] + at, result[k], width);
    }
}

KERNEL(GAUSSIAN_GRADIENT_COLUMNS) {
  const int64_t features = in->size[0], batch = in->size[1];
  for (int64_t b = 0; b < batch; b += MIM_LANES) {
    vf outer = load(in->pointer[3] + b);
    for (int64_t i = b; i < features * batch; i += batch) {
      vf result[3];
      gaussian_gradient(
          load(in->pointer[0] + i), load(in->pointer[1] + i), load(in->pointer[2] + i),
          in->scalar[0], outer, &result[0], &result[1], &result[2]);
      for (int k = 0; k < 3; k++)
        if (in->pointer[4 + k]) store(in->pointer[4 + k] + i, result[k]);
    }
  }
}

/// pointer: x, result. scalar: the scale.
KERNEL(STANDARD_NORMAL_ROWS) {
  const int64_t batch = in->size[0], features = in->size[1];
  const float inverse = 1 / in->scalar[0];
  const float constant = features * -(logf(in->scalar[0]) + HALF_LOG_2PI);
  for (int64_t b = 0; b < batch; b++) {
    const float *x = in->pointer[0] + b * features;
    vf sum = splat(0);
    for (int64_t i = 0; i < features; i += MIM_LANES) {
      vf u = (i + MIM_LANES <= features ? load_loose(x + i) : load_part(x + i, features - i)) *
             inverse;
      sum += u * u;
    }
    in->pointer[1][b] = -0.5f * total(sum) + constant;
  }
}

KERNEL(STANDARD_NORMAL_COLUMNS) {
  const int64_t features = in->size[0], batch = in->size[1];
  const float inverse = 1 / in->scalar[0];
  const float constant = features * -(logf(in->scalar[0]) + HALF_LOG_2PI);
  for (int64_t b = 0; b < batch; b += MIM_LANES) {
    vf sum = splat(0);
    for (int64_t i = b; i < features * batch; i += batch) {
      vf u = load(in->pointer[0] + i) * inverse;
      sum += u * u;
    }
    store(in->pointer[1] + b, -0.5f * sum + constant);
  }
}

/// mean + (e + floor)·noise. pointer: mean, e = exp(logScale), noise, result. size: count.
KERNEL(GAUSSIAN_SAMPLE) {
  for (int64_t i = 0; i < in->size[0]; i += MIM_LANES)
    store(
        in->pointer[3] + i,
        load(in->pointer[0] + i) +
            (load(in->pointer[1] + i) + in->scalar[0]) * load(in->pointer[2] + i));
}

/// pointer: exponential of logScale, noise, outer gradient, gradients of logScale and noise (NULL: not wanted).
KERNEL(GAUSSIAN_SAMPLE_GRADIENT) {
  for (int64_t i = 0; i < in->size[0]; i += MIM_LANES) {
    vf e = load(in->pointer[0] + i), noise = load(in->pointer[1] + i);
    vf outer = load(in->pointer[2] + i);
    if (in->pointer[3]) store(in->pointer[3] + i, outer * noise * e);
    if (in->pointer[4]) store(in->pointer[4] + i, outer * (e + in->scalar[0]));
  }
}

/// Σ x·l − softplus(l). pointer: x, logits, result.
KERNEL(BERNOULLI_ROWS) {
  const int64_t batch = in->size[0], features = in->size[1];
  for (int64_t b = 0; b < batch; b++) {
    const float *x = in->pointer[0] + b * features, *l = in->pointer[1] + b * features;
    vf sum = splat(0);
    int64_t i = 0;
    for (; i + MIM_LANES <= features; i += MIM_LANES) {
      vf logit = load_loose(l + i);
      sum += load_loose(x + i) * logit - softplus_of(logit);
    }
    float rest = 0;
    if (i < features) {
      vf logit = load_part(l + i, features - i);
      vf part = load_part(x + i, features - i) * logit - softplus_of(logit);
      for (int64_t j = 0; j < features - i; j++) rest += part[j];
    }
    in->pointer[2][b] = total(sum) + rest;
  }
}

KERNEL(BERNOULLI_COLUMNS) {
  const int64_t features = in->size[0], batch = in->size[1];
  for (int64_t b = 0; b < batch; b += MIM_LANES) {
    vf sum = splat(0);
    for (int64_t i = b; i < features * batch; i += batch) {
      vf logit = load(in->pointer[1] + i);
      sum += load(in->pointer[0] + i) * logit - softplus_of(logit);
    }
    store(in->pointer[2] + b, sum);
  }
}

/// pointer: x, logits, outer gradient [batch], gradients of x and logits (NULL: not wanted).
KERNEL(BERNOULLI_GRADIENT_ROWS) {
  const int64_t batch = in->size[0], features = in->size[1];
  for (int64_t b = 0; b < batch; b++)
    for (int64_t i = 0; i < features; i += MIM_LANES) {
      int64_t width = features - i < MIM_LANES ? features - i : MIM_LANES;
      int64_t at = b * features + i;
      vf x = load_part(in->pointer[0] + at, width), logit = load_part(in->pointer[1] + at, width);
      float outer = in->pointer[2][b];
      if (in->pointer[3]) store_part(in->pointer[3] + at, outer * logit, width);
      if (in->pointer[4])
        store_part(in->pointer[4] + at, outer * (x - sigmoid_of(logit)), width);
    }
}

KERNEL(BERNOULLI_GRADIENT_COLUMNS) {
  const int64_t features = in->size[0], batch = in->size[1];
  for (int64_t b = 0; b < batch; b += MIM_LANES) {
    vf outer = load(in->pointer[2] + b);
    for (int64_t i = b; i < features * batch; i += batch) {
      vf x = load(in->pointer[0] + i), logit = load(in->pointer[1] + i);
      if (in->pointer[3]) store(in->pointer[3] + i, outer * logit);
      if (in->pointer[4]) store(in->pointer[4] + i, outer * (x - sigmoid_of(logit)));
    }
  }
}
