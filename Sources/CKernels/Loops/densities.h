// Log-densities, summed over features, and draws. ROWS kernels take [batch, features], COLUMNS
// kernels [features, batch]. Either results in [batch].

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

KERNEL(GAUSSIAN_ROWS) {
  const int64_t batch = in->batch, features = in->features;
  for (int64_t b = 0; b < batch; b++) {
    const float *x = in->x + b * features, *mean = in->mean + b * features;
    const float *log_scale = in->log_scale + b * features, *e = in->exponential + b * features;
    vf sum = splat(0);
    int64_t i = 0;
    for (; i + MIM_LANES <= features; i += MIM_LANES)
      sum += gaussian_term(
          load_loose(x + i), load_loose(mean + i), load_loose(log_scale + i), load_loose(e + i),
          in->floor);
    float rest = 0;
    if (i < features) {
      vf part = gaussian_term(
          load_part(x + i, features - i), load_part(mean + i, features - i),
          load_part(log_scale + i, features - i), load_part(e + i, features - i),
          in->floor);
      for (int64_t j = 0; j < features - i; j++) rest += part[j];
    }
    in->y[b] = total(sum) + rest;
  }
}

KERNEL(GAUSSIAN_COLUMNS) {
  const int64_t features = in->features, batch = in->batch;
  for (int64_t b = 0; b < batch; b += MIM_LANES) {
    vf sum = splat(0);
    for (int64_t i = b; i < features * batch; i += batch)
      sum += gaussian_term(
          load(in->x + i), load(in->mean + i), load(in->log_scale + i),
          load(in->exponential + i), in->floor);
    store(in->y + b, sum);
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

KERNEL(GAUSSIAN_GRADIENT_ROWS) {
  const int64_t batch = in->batch, features = in->features;
  for (int64_t b = 0; b < batch; b++)
    for (int64_t i = 0; i < features; i += MIM_LANES) {
      int64_t width = features - i < MIM_LANES ? features - i : MIM_LANES;
      int64_t at = b * features + i;
      vf result[3];
      gaussian_gradient(
          load_part(in->x + at, width), load_part(in->mean + at, width),
          load_part(in->exponential + at, width), in->floor, splat(in->outer[b]),
          &result[0], &result[1], &result[2]);
      if (in->to_x) store_part(in->to_x + at, result[0], width);
      if (in->to_mean) store_part(in->to_mean + at, result[1], width);
      if (in->to_log_scale) store_part(in->to_log_scale + at, result[2], width);
    }
}

KERNEL(GAUSSIAN_GRADIENT_COLUMNS) {
  const int64_t features = in->features, batch = in->batch;
  for (int64_t b = 0; b < batch; b += MIM_LANES) {
    vf outer = load(in->outer + b);
    for (int64_t i = b; i < features * batch; i += batch) {
      vf result[3];
      gaussian_gradient(
          load(in->x + i), load(in->mean + i), load(in->exponential + i),
          in->floor, outer, &result[0], &result[1], &result[2]);
      if (in->to_x) store(in->to_x + i, result[0]);
      if (in->to_mean) store(in->to_mean + i, result[1]);
      if (in->to_log_scale) store(in->to_log_scale + i, result[2]);
    }
  }
}

KERNEL(STANDARD_NORMAL_ROWS) {
  const int64_t batch = in->batch, features = in->features;
  const float inverse = 1 / in->scale;
  const float constant = features * -(logf(in->scale) + HALF_LOG_2PI);
  for (int64_t b = 0; b < batch; b++) {
    const float *x = in->x + b * features;
    vf sum = splat(0);
    for (int64_t i = 0; i < features; i += MIM_LANES) {
      vf u = (i + MIM_LANES <= features ? load_loose(x + i) : load_part(x + i, features - i)) *
             inverse;
      sum += u * u;
    }
    in->y[b] = -0.5f * total(sum) + constant;
  }
}

KERNEL(STANDARD_NORMAL_COLUMNS) {
  const int64_t features = in->features, batch = in->batch;
  const float inverse = 1 / in->scale;
  const float constant = features * -(logf(in->scale) + HALF_LOG_2PI);
  for (int64_t b = 0; b < batch; b += MIM_LANES) {
    vf sum = splat(0);
    for (int64_t i = b; i < features * batch; i += batch) {
      vf u = load(in->x + i) * inverse;
      sum += u * u;
    }
    store(in->y + b, -0.5f * sum + constant);
  }
}

/// mean + (e + floor)·noise with e = exp(logScale).
KERNEL(GAUSSIAN_SAMPLE) {
  for (int64_t i = 0; i < in->count; i += MIM_LANES)
    store(
        in->result + i,
        load(in->mean + i) +
            (load(in->exponential + i) + in->floor) * load(in->noise + i));
}

KERNEL(GAUSSIAN_SAMPLE_GRADIENT) {
  for (int64_t i = 0; i < in->count; i += MIM_LANES) {
    vf e = load(in->exponential + i), noise = load(in->noise + i);
    vf outer = load(in->outer + i);
    if (in->to_log_scale) store(in->to_log_scale + i, outer * noise * e);
    if (in->to_noise) store(in->to_noise + i, outer * (e + in->floor));
  }
}

/// Σ x·l − softplus(l).
KERNEL(BERNOULLI_ROWS) {
  const int64_t batch = in->batch, features = in->features;
  for (int64_t b = 0; b < batch; b++) {
    const float *x = in->x + b * features, *l = in->logits + b * features;
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
    in->y[b] = total(sum) + rest;
  }
}

KERNEL(BERNOULLI_COLUMNS) {
  const int64_t features = in->features, batch = in->batch;
  for (int64_t b = 0; b < batch; b += MIM_LANES) {
    vf sum = splat(0);
    for (int64_t i = b; i < features * batch; i += batch) {
      vf logit = load(in->logits + i);
      sum += load(in->x + i) * logit - softplus_of(logit);
    }
    store(in->y + b, sum);
  }
}

KERNEL(BERNOULLI_GRADIENT_ROWS) {
  const int64_t batch = in->batch, features = in->features;
  for (int64_t b = 0; b < batch; b++)
    for (int64_t i = 0; i < features; i += MIM_LANES) {
      int64_t width = features - i < MIM_LANES ? features - i : MIM_LANES;
      int64_t at = b * features + i;
      vf x = load_part(in->x + at, width), logit = load_part(in->logits + at, width);
      float outer = in->outer[b];
      if (in->to_x) store_part(in->to_x + at, outer * logit, width);
      if (in->to_logits)
        store_part(in->to_logits + at, outer * (x - sigmoid_of(logit)), width);
    }
}

KERNEL(BERNOULLI_GRADIENT_COLUMNS) {
  const int64_t features = in->features, batch = in->batch;
  for (int64_t b = 0; b < batch; b += MIM_LANES) {
    vf outer = load(in->outer + b);
    for (int64_t i = b; i < features * batch; i += batch) {
      vf x = load(in->x + i), logit = load(in->logits + i);
      if (in->to_x) store(in->to_x + i, outer * logit);
      if (in->to_logits) store(in->to_logits + i, outer * (x - sigmoid_of(logit)));
    }
  }
}
