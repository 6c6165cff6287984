// Convolutions by plain sums of products (direct_convolution.h has their tables). A tile of DIRECT_PIXELS results ×
// DIRECT_VECTORS blocks of channels stays in registers while the loop runs over what it reads: consecutive
// floats of the padded source, a broadcast each, so that neither borders nor strides nor remainders cost anything.

#if MIM_LANES == 16
enum { DIRECT_PIXELS = 6, DIRECT_VECTORS = 4, GRADIENT_ROWS = 6 };
#elif MIM_LANES == 8
enum { DIRECT_PIXELS = 6, DIRECT_VECTORS = 2, GRADIENT_ROWS = 6 };
#else
enum { DIRECT_PIXELS = 2, DIRECT_VECTORS = 4, GRADIENT_ROWS = 2 };
#endif

/// How many blocks are worked on together from block `first` on.
INLINE int64_t vectors_at(const mim_direct *d, int64_t first) {
  return d->target_blocks - first < DIRECT_VECTORS ? d->target_blocks - first : DIRECT_VECTORS;
}

/// Which block is number `k` of the `vectors` from `first` on: with gates, as many h as g.
INLINE int64_t block_at(const mim_direct *d, int64_t first, int64_t vectors, int64_t k) {
  if (!d->shape.is_gated) return first + k;
  const int64_t pairs = vectors / 2, h = first / 2 + k % pairs;
  return k < pairs ? h : d->target_blocks / 2 + h;
}

/// Scratch memory of the thread that runs a part: there are more parts than threads.
INLINE float *own_scratch(float *first, int64_t count) {
  return first + mim_thread_index() * count;
}

/// An image with zeros around it, in `padded`, whose border is zero already; the image itself where none is needed.
INLINE const float *padded_source(const mim_direct *d, const float *image, float *padded) {
  if (!d->padded_count) return image;
  const int64_t row = d->source_width * d->unit, line = d->padded_width * d->unit;
  for (int64_t b = 0; b < d->source_blocks; b++)
    for (int64_t i = 0; i < d->source_height; i++)
      memcpy(padded + (b * d->padded_height + d->zeros_before + i) * line + d->zeros_before * d->unit,
             image + (b * d->source_height + i) * row, row * sizeof(float));
  return padded;
}

/// Plain weights as the tiles read them: [phases, groups of blocks, runs, depth, vectors, lanes]. Zeros
/// behind the last channels.
KERNEL(DIRECT_WEIGHTS) {
  const mim_direct *d = in->pass;
  const int64_t target_step = in->target_step, source_step = in->source_step;
  for (int64_t f = 0; f < d->phase_count; f++) {
    const mim_direct_phase *p = &d->phases[f];
    float *place = in->packed + p->weights;
    for (int64_t first = 0; first < d->target_blocks; first += DIRECT_VECTORS) {
      const int64_t vectors = vectors_at(d, first);
      for (int64_t r = 0; r < p->runs; r++)
        for (int64_t i = 0; i < p->depth; i++) {
          const int64_t channel = p->channel[r] + i % d->unit;
          const int64_t column = p->column + i / d->unit * p->column_step;
          const float *w = in->weights + channel * source_step +
                           p->row[r] * d->shape.kernel_width + column;
          for (int64_t k = 0; k < vectors; k++)
            for (int64_t l = 0; l < MIM_LANES; l++, place++) {
              const int64_t target = block_at(d, first, vectors, k) * MIM_LANES + l;
              *place = channel < in->source_channels && target < in->target_channels ? w[target * target_step] : 0;
            }
        }
    }
  }
}

typedef struct {
  const mim_direct *pass;
  const mim_direct_phase *phase;
  const float *source, *weights, *bias;
  float *target;
  int64_t first;  // block
} direct_task;

/// `pixels` results of `vectors` blocks, of which the first `stored` are wanted.
INLINE void direct_tile(const int pixels, const int vectors, const int is_gated,
                        const direct_task *t, int64_t pixel, int64_t stored) {
  const mim_direct_phase *p = t->phase;
  const float *place[DIRECT_PIXELS], *w = t->weights;
  vf sum[DIRECT_PIXELS][DIRECT_VECTORS];
  UNROLL for (int i = 0; i < pixels; i++)
    place[i] = t->source + p->from[pixel + (i < stored ? i : stored - 1)];
  UNROLL for (int k = 0; k < vectors; k++) {
    const int64_t block = block_at(t->pass, t->first, vectors, k);
    const vf start = t->bias ? load(t->bias + block * MIM_LANES) : splat(0);
    UNROLL for (int i = 0; i < pixels; i++) sum[i][k] = start;
  }
  for (int64_t r = 0; r < p->runs; r++) {
    const int64_t run = p->run[r];
    for (int64_t j = run; j < run + p->depth; j++, w += vectors * MIM_LANES) {
      vf weight[DIRECT_VECTORS];
      UNROLL for (int k = 0; k < vectors; k++) weight[k] = load(w + k * MIM_LANES);
      UNROLL for (int i = 0; i < pixels; i++) {
        const vf x = splat(place[i][j]);
        UNROLL for (int k = 0; k < vectors; k++) sum[i][k] = fused(x, weight[k], sum[i][k]);
      }
    }
  }
  const int made = is_gated ? vectors / 2 : vectors;
  UNROLL for (int k = 0; k < made; k++) {
    const int64_t block = is_gated ? t->first / 2 + k : t->first + k;
    float *target = t->target + block * t->pass->target_pixels * MIM_LANES;
    UNROLL for (int i = 0; i < pixels; i++)
      if (i < stored)
        store(target + p->to[pixel + i],
              is_gated ? sum[i][k] * sigmoid_of(sum[i][made + k]) : sum[i][k]);
  }
}

#define NEVER_INLINE_DIRECT static __attribute__((noinline))

#define DIRECT_TILES(VECTORS, GATED, NAME)                                             \
  NEVER_INLINE_DIRECT void NAME(const direct_task *t) {                                \
    for (int64_t i = 0; i < t->phase->pixels; i += DIRECT_PIXELS) {                    \
      const int64_t left = t->phase->pixels - i;                                       \
      direct_tile(DIRECT_PIXELS, VECTORS, GATED, t, i,                                 \
                  left < DIRECT_PIXELS ? left : DIRECT_PIXELS);                        \
    }                                                                                  \
  }

DIRECT_TILES(1, 0, direct_tiles_1)
DIRECT_TILES(2, 0, direct_tiles_2)
DIRECT_TILES(2, 1, direct_gated_tiles_2)
#if MIM_LANES != 8
DIRECT_TILES(3, 0, direct_tiles_3)
DIRECT_TILES(4, 0, direct_tiles_4)
DIRECT_TILES(4, 1, direct_gated_tiles_4)
#endif

INLINE void direct_tiles(const direct_task *t, int64_t vectors) {
  const int64_t gated = t->pass->shape.is_gated;
  switch (vectors) {
    case 1: direct_tiles_1(t); break;
    case 2: gated ? direct_gated_tiles_2(t) : direct_tiles_2(t); break;
#if MIM_LANES != 8
    case 3: direct_tiles_3(t); break;
    case 4: gated ? direct_gated_tiles_4(t) : direct_tiles_4(t); break;
#endif
  }
}

/// Part of the images.
KERNEL(DIRECT_CONVOLUTION) {
  const mim_direct *d = in->pass;
  const int64_t source_count = d->source_blocks * d->source_height * d->source_width * d->unit;
  const int64_t target_count =
      d->target_blocks / (d->shape.is_gated ? 2 : 1) * d->target_pixels * MIM_LANES;
  direct_task t = {.pass = d, .bias = in->bias};
  float *padded = own_scratch(in->scratch, d->padded_count);
  memset(padded, 0, d->padded_count * sizeof(float));
  for (int64_t n = 0; n < in->images; n++) {
    t.source = padded_source(d, in->source + n * source_count, padded);
    t.target = in->target + n * target_count;
    for (int64_t f = 0; f < d->phase_count; f++) {
      t.phase = &d->phases[f];
      t.weights = in->weights + t.phase->weights;
      for (t.first = 0; t.first < d->target_blocks; t.first += DIRECT_VECTORS) {
        const int64_t vectors = vectors_at(d, t.first);
        direct_tiles(&t, vectors);
        t.weights += t.phase->runs * t.phase->depth * vectors * MIM_LANES;
      }
    }
  }
}

/// Adds to the gradients of `rows` consecutive weights of `vectors` blocks what an image gives.
INLINE void direct_gradient_block(const int rows, const int vectors, const mim_direct_phase *p,
                                  const float *x, const float *dy, int64_t plane, float *dw) {
  vf sum[GRADIENT_ROWS][DIRECT_VECTORS];
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int k = 0; k < vectors; k++) sum[r][k] = load(dw + (r * vectors + k) * MIM_LANES);
  for (int64_t i = 0; i < p->pixels; i++, dy += MIM_LANES) {
    const float *place = x + p->from[i];
    vf outer[DIRECT_VECTORS];
    UNROLL for (int k = 0; k < vectors; k++) outer[k] = load(dy + k * plane);
    UNROLL for (int r = 0; r < rows; r++) {
      const vf value = splat(place[r]);
      UNROLL for (int k = 0; k < vectors; k++) sum[r][k] = fused(value, outer[k], sum[r][k]);
    }
  }
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int k = 0; k < vectors; k++) store(dw + (r * vectors + k) * MIM_LANES, sum[r][k]);
}

#define DIRECT_GRADIENT(VECTORS, NAME)                                                          \
  NEVER_INLINE_DIRECT void NAME(const mim_direct_phase *p, const float *x, const float *dy,     \
                                int64_t plane, float *dw) {                                     \
    for (int64_t r = 0; r < p->runs; r++) {                                                     \
      int64_t i = 0;                                                                            \
      const float *from = x + p->run[r];                                                        \
      float *to = dw + r * p->depth * VECTORS * MIM_LANES;                                      \
      for (; i + GRADIENT_ROWS <= p->depth; i += GRADIENT_ROWS)                                 \
        direct_gradient_block(GRADIENT_ROWS, VECTORS, p, from + i, dy, plane,                   \
                              to + i * VECTORS * MIM_LANES);                                    \
      for (; GRADIENT_ROWS > 4 && i + 4 <= p->depth; i += 4)                                    \
        direct_gradient_block(GRADIENT_ROWS > 4 ? 4 : 1, VECTORS, p, from + i, dy, plane,       \
                              to + i * VECTORS * MIM_LANES);                                    \
      for (; GRADIENT_ROWS > 2 && i + 2 <= p->depth; i += 2)                                    \
        direct_gradient_block(2, VECTORS, p, from + i, dy, plane, to + i * VECTORS * MIM_LANES); \
      for (; i < p->depth; i++)                                                                 \
        direct_gradient_block(1, VECTORS, p, from + i, dy, plane, to + i * VECTORS * MIM_LANES); \
    }                                                                                           \
  }

DIRECT_GRADIENT(1, direct_gradient_1)
DIRECT_GRADIENT(2, direct_gradient_2)
#if MIM_LANES != 8
DIRECT_GRADIENT(3, direct_gradient_3)
DIRECT_GRADIENT(4, direct_gradient_4)
#endif

INLINE void add_channel_sums(const float *dy, int64_t blocks, int64_t pixels, float *sums) {
  for (int64_t b = 0; b < blocks; b++, dy += pixels * MIM_LANES) {
    vf even = splat(0), odd = splat(0);
    int64_t i = 0;
    for (; i + 2 <= pixels; i += 2) {
      even += load(dy + i * MIM_LANES);
      odd += load(dy + (i + 1) * MIM_LANES);
    }
    if (i < pixels) even += load(dy + i * MIM_LANES);
    store(sums + b * MIM_LANES, load(sums + b * MIM_LANES) + (even + odd));
  }
}

/// Part of the images' weight gradient.
KERNEL(DIRECT_WEIGHT_GRADIENT) {
  const mim_direct *d = in->pass;
  const mim_direct_phase *p = d->phases;
  const int64_t source_count = d->source_blocks * d->source_height * d->source_width * d->unit;
  const int64_t plane = d->target_pixels * MIM_LANES;
  memset(in->packed, 0, d->packed_count * sizeof(float));
  memset(in->sums, 0, d->target_blocks * MIM_LANES * sizeof(float));
  float *padded = own_scratch(in->scratch, d->padded_count);
  memset(padded, 0, d->padded_count * sizeof(float));
  for (int64_t n = 0; n < in->images; n++) {
    const float *x = padded_source(d, in->x + n * source_count, padded);
    const float *dy = in->dy + n * d->target_blocks * plane;
    float *dw = in->packed;
    add_channel_sums(dy, d->target_blocks, d->target_pixels, in->sums);
    for (int64_t first = 0; first < d->target_blocks; first += DIRECT_VECTORS) {
      const int64_t vectors = vectors_at(d, first);
      switch (vectors) {
        case 1: direct_gradient_1(p, x, dy + first * plane, plane, dw); break;
        case 2: direct_gradient_2(p, x, dy + first * plane, plane, dw); break;
#if MIM_LANES != 8
        case 3: direct_gradient_3(p, x, dy + first * plane, plane, dw); break;
        case 4: direct_gradient_4(p, x, dy + first * plane, plane, dw); break;
#endif
      }
      dw += p->runs * p->depth * vectors * MIM_LANES;
    }
  }
}

/// The parts' gradients added up in their order and unpacked.
KERNEL(DIRECT_WEIGHT_GRADIENT_RESULT) {
  const mim_direct *d = in->pass;
  const mim_direct_phase *p = d->phases;
  const int64_t parts = in->parts, taps = d->shape.kernel_height * d->shape.kernel_width;
  const float *packed = in->packed;
  for (int64_t first = 0; first < d->target_blocks; first += DIRECT_VECTORS) {
    const int64_t vectors = vectors_at(d, first);
    for (int64_t r = 0; r < p->runs; r++)
      for (int64_t i = 0; i < p->depth; i++, packed += vectors * MIM_LANES) {
        const int64_t channel = p->channel[r] + i % d->unit;
        if (channel >= in->channels) continue;
        float *w = in->dw + channel * taps + p->row[r] * d->shape.kernel_width + i / d->unit;
        for (int64_t k = 0; k < vectors; k++) {
          vf sum = load(packed + k * MIM_LANES);
          for (int64_t part = 1; part < parts; part++)
            sum += load(packed + k * MIM_LANES + part * in->packed_step);
          for (int l = 0; l < MIM_LANES; l++)
            w[((first + k) * MIM_LANES + l) * in->channels * taps] = sum[l];
        }
      }
  }
  for (int64_t o = 0; o < d->target_blocks * MIM_LANES; o++) {
    float sum = 0;
    for (int64_t part = 0; part < parts; part++) sum += in->sums[part * in->sum_step + o];
    in->db[o] = sum;
  }
}
