// Batch normalisation (Ioffe, Szegedy, arXiv:1502.03167) of images with blocked channels. Every kernel
// works on `count` of the `blocks` blocks, which may run at the same time; arrays [channels] are
// read up to the last channel, and lanes behind it count as zero.
// size: batch, blocks, pixels, count, channels in those blocks, then the kernel's own.

enum { CHANNEL_ARRAYS = 4 };

/// One register of channels through all images and pixels.
typedef struct {
  int64_t batch, pixels, stride;
} channel_walk;

INLINE channel_walk walk_of(const mim_instruction *in) {
  return (channel_walk){in->size[0], in->size[2], in->size[1] * in->size[2] * BLOCK};
}

/// How many channels of the register that starts at channel `first` there are.
INLINE int64_t lanes_at(const mim_instruction *in, int64_t first) {
  const int64_t rest = in->size[4] - first;
  return rest < 0 ? 0 : rest < MIM_LANES ? rest : MIM_LANES;
}

INLINE int64_t register_offset(const mim_instruction *in, int64_t first) {
  return first / BLOCK * in->size[2] * BLOCK + first % BLOCK;
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

/// Mean and biased variance of each channel. pointer: x, mean, variance.
KERNEL(CHANNEL_MOMENTS) {
  const channel_walk w = walk_of(in);
  const double share = 1.0 / ((double)w.batch * w.pixels);
  for (int64_t first = 0; first < in->size[3] * BLOCK; first += MIM_LANES) {
    const float *x = in->pointer[0] + register_offset(in, first);
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
    store_part(in->pointer[1] + first, mean, lanes_at(in, first));
    store_part(in->pointer[2] + first, scaled_sum(&square, share), lanes_at(in, first));
  }
}

/// x̂ = (x − mean)/√(variance + ε), y = scale·x̂ + shift, and its rectification if size[5] is 1.
/// pointer: x, mean, variance, scale, shift, y. scalar: ε.
KERNEL(NORMALIZE_CHANNELS) {
  const channel_walk w = walk_of(in);
  for (int64_t first = 0; first < in->size[3] * BLOCK; first += MIM_LANES) {
    const int64_t lanes = lanes_at(in, first), at = register_offset(in, first);
    vf given[CHANNEL_ARRAYS];
    UNROLL for (int i = 0; i < CHANNEL_ARRAYS; i++)
      given[i] = load_part(in->pointer[1 + i] + first, lanes);
    const vf slope = given[2] / sqrt_of(given[1] + in->scalar[0]);
    const vf floor = in->size[5] ? splat(0) : splat(-INFINITY);
    for (int64_t n = 0; n < w.batch; n++)
      for (int64_t p = 0; p < w.pixels; p++) {
        const int64_t i = at + n * w.stride + p * BLOCK;
        vf y = fused(load(in->pointer[0] + i) - given[0], slope, given[3]);
        store(in->pointer[5] + i, at_least(floor, y));
      }
  }
}

/// The gradient, with mean and variance taken from x itself if size[6] is 1, else as fixed numbers.
/// pointer: x, mean, variance, scale, shift, outer gradient, gradients of x, scale and shift.
/// size[5]: whether y was rectified. scalar: ε.
KERNEL(NORMALIZE_CHANNELS_GRADIENT) {
  const channel_walk w = walk_of(in);
  const double share = in->size[6] ? 1.0 / ((double)w.batch * w.pixels) : 0;
  for (int64_t first = 0; first < in->size[3] * BLOCK; first += MIM_LANES) {
    const int64_t lanes = lanes_at(in, first), at = register_offset(in, first);
    vf given[CHANNEL_ARRAYS];
    UNROLL for (int i = 0; i < CHANNEL_ARRAYS; i++)
      given[i] = load_part(in->pointer[1 + i] + first, lanes);
    const vf inverse = 1.0f / sqrt_of(given[1] + in->scalar[0]);
    const vf slope = given[2] * inverse;
    const vf floor = in->size[5] ? splat(0) : splat(-INFINITY);
    wide_sum shift_sum = {{0}}, scale_sum = {{0}};
    for (int64_t n = 0; n < w.batch; n++) {
      vf to_shift = splat(0), to_scale = splat(0);
      for (int64_t p = 0; p < w.pixels; p++) {
        const int64_t i = at + n * w.stride + p * BLOCK;
        vf u = load(in->pointer[0] + i) - given[0];
        vf outer = load(in->pointer[5] + i);
        outer = choose(fused(u, slope, given[3]) > floor, outer, splat(0));
        to_shift += outer;
        to_scale += outer * u;
      }
      add_to(&shift_sum, to_shift);
      add_to(&scale_sum, to_scale);
    }
    const vf to_scale = scaled_sum(&scale_sum, 1) * inverse;
    if (in->pointer[7]) store_part(in->pointer[7] + first, to_scale, lanes);
    if (in->pointer[8]) store_part(in->pointer[8] + first, scaled_sum(&shift_sum, 1), lanes);
    if (!in->pointer[6]) continue;
    const vf mean_outer = scaled_sum(&shift_sum, share);
    const vf mean_product = scaled_sum(&scale_sum, share) * inverse * inverse;
    for (int64_t n = 0; n < w.batch; n++)
      for (int64_t p = 0; p < w.pixels; p++) {
        const int64_t i = at + n * w.stride + p * BLOCK;
        vf u = load(in->pointer[0] + i) - given[0];
        vf outer = load(in->pointer[5] + i);
        outer = choose(fused(u, slope, given[3]) > floor, outer, splat(0));
        store(in->pointer[6] + i, slope * (outer - mean_outer - u * mean_product));
      }
  }
}

/// Turns a rank's variance about its own mean into the one about the mean of all ranks. pointer: own mean, mean
/// of all, variance. size: channels.
KERNEL(JOIN_MOMENTS) {
  for (int64_t i = 0; i < in->size[0]; i++) {
    const float away = in->pointer[0][i] - in->pointer[1][i];
    in->pointer[2][i] += away * away;
  }
}

/// The gradient of x where mean and variance are those of several ranks' images together.
/// pointer: x, mean, variance, scale, shift, outer gradient, gradient of x, and the gradients of scale and
/// shift as means over the ranks. size[5]: whether y was rectified. scalar: ε.
KERNEL(NORMALIZE_CHANNELS_GRADIENT_OF_JOINED) {
  const channel_walk w = walk_of(in);
  const float share = (float)(1.0 / ((double)w.batch * w.pixels));
  for (int64_t first = 0; first < in->size[3] * BLOCK; first += MIM_LANES) {
    const int64_t lanes = lanes_at(in, first), at = register_offset(in, first);
    vf given[CHANNEL_ARRAYS];
    UNROLL for (int i = 0; i < CHANNEL_ARRAYS; i++)
      given[i] = load_part(in->pointer[1 + i] + first, lanes);
    const vf inverse = 1.0f / sqrt_of(given[1] + in->scalar[0]);
    const vf slope = given[2] * inverse;
    const vf floor = in->size[5] ? splat(0) : splat(-INFINITY);
    const vf mean_product = load_part(in->pointer[7] + first, lanes) * share * inverse;
    const vf mean_outer = load_part(in->pointer[8] + first, lanes) * share;
    for (int64_t n = 0; n < w.batch; n++)
      for (int64_t p = 0; p < w.pixels; p++) {
        const int64_t i = at + n * w.stride + p * BLOCK;
        vf u = load(in->pointer[0] + i) - given[0];
        vf outer = load(in->pointer[5] + i);
        outer = choose(fused(u, slope, given[3]) > floor, outer, splat(0));
        store(in->pointer[6] + i, slope * (outer - mean_outer - u * mean_product));
      }
  }
}
