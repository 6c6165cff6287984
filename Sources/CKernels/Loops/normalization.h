// Batch normalisation (Ioffe, Szegedy, arXiv:1502.03167) of images with blocked channels. Every kernel
// works on `count` of the `blocks` blocks, which may run at the same time; arrays [channels] are
// read up to the last channel, and lanes behind it count as zero.

enum { CHANNEL_ARRAYS = 4 };

/// One register of channels through all images and pixels.
typedef struct {
  int64_t batch, pixels, stride;
} channel_walk;

INLINE channel_walk walk_of(const mim_channel_part *in) {
  return (channel_walk){in->batch, in->pixels, in->blocks * in->pixels * BLOCK};
}

/// How many channels of the register that starts at channel `first` there are.
INLINE int64_t lanes_at(const mim_channel_part *in, int64_t first) {
  const int64_t rest = in->channels - first;
  return rest < 0 ? 0 : rest < MIM_LANES ? rest : MIM_LANES;
}

INLINE int64_t register_offset(const mim_channel_part *in, int64_t first) {
  return first / BLOCK * in->pixels * BLOCK + first % BLOCK;
}

/// Mean, variance, scale and shift of a register of channels.
INLINE void load_arrays(const mim_channel_arrays *arrays, int64_t first, int64_t lanes, vf *given) {
  given[0] = load_part(arrays->mean + first, lanes);
  given[1] = load_part(arrays->variance + first, lanes);
  given[2] = load_part(arrays->scale + first, lanes);
  given[3] = load_part(arrays->shift + first, lanes);
}

typedef struct {
  double lane[MIM_LANES];
} wide_sum;

/// Adds a partial sum, so that rounding grows with the images and not with the pixels.
INLINE void add_to(wide_sum *sum, vf x) {
  UNROLL for (int l = 0; l < MIM_LANES; l++) sum->lane[l] += x[l];
}

INLINE vf scaled_sum(const wide_sum *sum, double factor) {
  vf result;
  UNROLL for (int l = 0; l < MIM_LANES; l++) result[l] = (float)(sum->lane[l] * factor);
  return result;
}

/// Mean and biased variance of each channel.
KERNEL(CHANNEL_MOMENTS) {
  const channel_walk w = walk_of(&in->part);
  const double share = 1.0 / ((double)w.batch * w.pixels);
  for (int64_t first = 0; first < in->part.count * BLOCK; first += MIM_LANES) {
    const float *x = in->x + register_offset(&in->part, first);
    wide_sum sum = {{0}}, square = {{0}};
    for (int64_t n = 0; n < w.batch; n++) {
      vf part = splat(0);
      for (int64_t p = 0; p < w.pixels; p++) part += load(x + n * w.stride + p * BLOCK);
      add_to(&sum, part);
    }
    const vf mean = scaled_sum(&sum, share);
    for (int64_t n = 0; n < w.batch; n++) {
      vf part = splat(0);
      for (int64_t p = 0; p < w.pixels; p++) {
        vf u = load(x + n * w.stride + p * BLOCK) - mean;
        part += u * u;
      }
      add_to(&square, part);
    }
    store_part(in->mean + first, mean, lanes_at(&in->part, first));
    store_part(in->variance + first, scaled_sum(&square, share), lanes_at(&in->part, first));
  }
}

/// x̂ = (x − mean)/√(variance + ε), y = scale·x̂ + shift.
KERNEL(NORMALIZE_CHANNELS) {
  const channel_walk w = walk_of(&in->part);
  for (int64_t first = 0; first < in->part.count * BLOCK; first += MIM_LANES) {
    const int64_t lanes = lanes_at(&in->part, first), at = register_offset(&in->part, first);
    vf given[CHANNEL_ARRAYS];
    load_arrays(&in->arrays, first, lanes, given);
    const vf slope = given[2] / sqrt_of(given[1] + in->epsilon);
    for (int64_t n = 0; n < w.batch; n++)
      for (int64_t p = 0; p < w.pixels; p++) {
        const int64_t i = at + n * w.stride + p * BLOCK;
        store(in->y + i, fused(load(in->x + i) - given[0], slope, given[3]));
      }
  }
}

/// The gradient, with mean and variance taken from x itself in training, else as fixed numbers.
KERNEL(NORMALIZE_CHANNELS_GRADIENT) {
  const channel_walk w = walk_of(&in->part);
  const double share = in->is_training ? 1.0 / ((double)w.batch * w.pixels) : 0;
  for (int64_t first = 0; first < in->part.count * BLOCK; first += MIM_LANES) {
    const int64_t lanes = lanes_at(&in->part, first), at = register_offset(&in->part, first);
    vf given[CHANNEL_ARRAYS];
    load_arrays(&in->arrays, first, lanes, given);
    const vf inverse = 1.0f / sqrt_of(given[1] + in->epsilon);
    const vf slope = given[2] * inverse;
    wide_sum shift_sum = {{0}}, scale_sum = {{0}};
    for (int64_t n = 0; n < w.batch; n++) {
      vf to_shift = splat(0), to_scale = splat(0);
      for (int64_t p = 0; p < w.pixels; p++) {
        const int64_t i = at + n * w.stride + p * BLOCK;
        vf u = load(in->x + i) - given[0];
        vf outer = load(in->outer + i);
        to_shift += outer;
        to_scale += outer * u;
      }
      add_to(&shift_sum, to_shift);
      add_to(&scale_sum, to_scale);
    }
    const vf to_scale = scaled_sum(&scale_sum, 1) * inverse;
    if (in->to_scale) store_part(in->to_scale + first, to_scale, lanes);
    if (in->to_shift) store_part(in->to_shift + first, scaled_sum(&shift_sum, 1), lanes);
    if (!in->to_x) continue;
    const vf mean_outer = scaled_sum(&shift_sum, share);
    const vf mean_product = scaled_sum(&scale_sum, share) * inverse * inverse;
    for (int64_t n = 0; n < w.batch; n++)
      for (int64_t p = 0; p < w.pixels; p++) {
        const int64_t i = at + n * w.stride + p * BLOCK;
        vf u = load(in->x + i) - given[0];
        vf outer = load(in->outer + i);
        store(in->to_x + i, slope * (outer - mean_outer - u * mean_product));
      }
  }
}

/// Turns a rank's variance about its own mean into the one about the mean of all ranks.
KERNEL(JOIN_MOMENTS) {
  for (int64_t i = 0; i < in->channels; i++) {
    const float away = in->own_mean[i] - in->mean[i];
    in->variance[i] += away * away;
  }
}

/// The gradient of x where mean and variance are those of several ranks' images together.
KERNEL(NORMALIZE_CHANNELS_GRADIENT_OF_JOINED) {
  const channel_walk w = walk_of(&in->part);
  const float share = (float)(1.0 / ((double)w.batch * w.pixels));
  for (int64_t first = 0; first < in->part.count * BLOCK; first += MIM_LANES) {
    const int64_t lanes = lanes_at(&in->part, first), at = register_offset(&in->part, first);
    vf given[CHANNEL_ARRAYS];
    load_arrays(&in->arrays, first, lanes, given);
    const vf inverse = 1.0f / sqrt_of(given[1] + in->epsilon);
    const vf slope = given[2] * inverse;
    const vf mean_product = load_part(in->to_scale + first, lanes) * share * inverse;
    const vf mean_outer = load_part(in->to_shift + first, lanes) * share;
    for (int64_t n = 0; n < w.batch; n++)
      for (int64_t p = 0; p < w.pixels; p++) {
        const int64_t i = at + n * w.stride + p * BLOCK;
        vf u = load(in->x + i) - given[0];
        vf outer = load(in->outer + i);
        store(in->to_x + i, slope * (outer - mean_outer - u * mean_product));
      }
  }
}
