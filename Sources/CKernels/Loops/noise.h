// Counter-based random numbers: Philox 4×32-10 (Salmon, Moraes, Dror, Shaw, SC 2011).
// Block b of a step gives elements 4b … 4b + 3; its counter is (b, b >> 32, step, step >> 32).
// pointer: result, step (uint64). size: count, the two key words.

typedef struct {
  vu word[4];
} blocks;

INLINE void multiply(uint32_t a, vu b, vu *high, vu *low) {
  vl product = __builtin_convertvector(b, vl) * (uint64_t)a;
  *high = __builtin_convertvector(product >> 32, vu);
  *low = b * a;
}

/// MIM_LANES consecutive blocks, from number `first` on.
INLINE blocks philox(uint64_t first, uint64_t step, uint32_t key0, uint32_t key1) {
  vu lane;
  for (int i = 0; i < MIM_LANES; i++) lane[i] = i;
  vu c0 = lane + (uint32_t)first, c1 = (vu){0} + (uint32_t)(first >> 32);
  vu c2 = (vu){0} + (uint32_t)step, c3 = (vu){0} + (uint32_t)(step >> 32);
  for (int round = 0; round < 10; round++) {
    vu high0, low0, high1, low1;
    multiply(0xD2511F53u, c0, &high0, &low0);
    multiply(0xCD9E8D57u, c2, &high1, &low1);
    c0 = high1 ^ c1 ^ key0;
    c1 = low1;
    c2 = high0 ^ c3 ^ key1;
    c3 = low0;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return (blocks){{c0, c1, c2, c3}};
}

/// The open interval (0, 1) in steps of 2⁻²³.
INLINE vf uniform_of(vu word) {
  return __builtin_convertvector(word >> 9, vf) * 0x1p-23f + 0x1p-24f;
}

/// sin and cos of 2π·u for 0 ≤ u < 1, by quarter turns; absolute error 2e-7.
INLINE void turn(vf u, vf *sine, vf *cosine) {
  vf quarter = (u * 4.0f + 12582912.0f) - 12582912.0f;
  vf x = fused(u, splat(4.0f), -quarter) * 1.57079632679489662f;
  vf s = x * x;
  vf p = fused(s, splat(-1.9515295891e-4f), splat(8.3321608736e-3f));
  p = fused(p, s, splat(-1.6666654611e-1f));
  vf sin_x = fused(p, s * x, x);
  vf q = fused(s, splat(2.443315711809948e-5f), splat(-1.388731625493765e-3f));
  q = fused(q, s, splat(4.166664568298827e-2f));
  vf cos_x = fused(q, s * s, fused(s, splat(-0.5f), splat(1.0f)));
  vi n = __builtin_convertvector(quarter, vi);
  vi swapped = (n & 1) != 0;
  vf a = choose(swapped, cos_x, sin_x), b = choose(swapped, sin_x, cos_x);
  *sine = choose((n & 2) != 0, -a, a);
  *cosine = choose(((n + 1) & 2) != 0, -b, b);
}

/// Two normal draws from two words (Box and Muller). The radius uses all 32 bits, so draws reach
/// 6.6 standard deviations.
INLINE void box_muller(vu radius_word, vu angle_word, vf *first, vf *second) {
  vf u = smaller(__builtin_convertvector(radius_word, vf) * 0x1p-32f + 0x1p-33f, splat(1.0f));
  vf radius = sqrt_of(larger(-2.0f * log_of(u), splat(0.0f)));
  vf sine, cosine;
  turn(__builtin_convertvector(angle_word >> 8, vf) * 0x1p-24f, &sine, &cosine);
  *first = radius * cosine;
  *second = radius * sine;
}

/// Writes MIM_LANES blocks of four draws in the order of the elements.
INLINE void store_blocks(float *y, int64_t n, vf a, vf b, vf c, vf d) {
  float columns[4][MIM_LANES] __attribute__((aligned(4 * MIM_LANES)));
  store(columns[0], a), store(columns[1], b), store(columns[2], c), store(columns[3], d);
  if (n >= 4 * MIM_LANES) {
    for (int i = 0; i < MIM_LANES; i++)
      for (int j = 0; j < 4; j++) y[4 * i + j] = columns[j][i];
  } else {
    for (int64_t i = 0; i < n; i++) y[i] = columns[i % 4][i / 4];
  }
}

#define NOISE_LOOP(y, step_pointer, ...)                                                    \
  const uint64_t step = *(const uint64_t *)(step_pointer);                                  \
  const int64_t n = in->size[0];                                                            \
  for (int64_t i = 0; i < n; i += 4 * MIM_LANES) {                                          \
    blocks drawn = philox(i / 4, step, (uint32_t)in->size[1], (uint32_t)in->size[2]);       \
    vf draw[4];                                                                             \
    __VA_ARGS__;                                                                            \
    store_blocks((y) + i, n - i, draw[0], draw[1], draw[2], draw[3]);                       \
  }

KERNEL(NORMAL_NOISE) {
  NOISE_LOOP(in->pointer[0], in->pointer[1], {
    box_muller(drawn.word[0], drawn.word[1], &draw[0], &draw[1]);
    box_muller(drawn.word[2], drawn.word[3], &draw[2], &draw[3]);
  })
}

KERNEL(UNIFORM_NOISE) {
  NOISE_LOOP(in->pointer[0], in->pointer[1], {
    for (int j = 0; j < 4; j++) draw[j] = uniform_of(drawn.word[j]);
  })
}

/// size[3]: the bound. The row number is the high word of word·bound.
KERNEL(RANDOM_INDICES) {
  NOISE_LOOP(in->pointer[0], in->pointer[1], {
    for (int j = 0; j < 4; j++) {
      vu high;
      vu low;
      multiply((uint32_t)in->size[3], drawn.word[j], &high, &low);
      draw[j] = __builtin_convertvector(high, vf);
    }
  })
}

/// pointer: logits, result, step. 1 where u < sigmoid(l).
KERNEL(BERNOULLI_SAMPLE) {
  const float *logits = in->pointer[0];
  float *target = in->pointer[1];
  const uint64_t step = *(const uint64_t *)in->pointer[2];
  const int64_t n = in->size[0];
  float uniforms[4 * MIM_LANES] __attribute__((aligned(64)));
  for (int64_t i = 0; i < n; i += 4 * MIM_LANES) {
    blocks drawn = philox(i / 4, step, (uint32_t)in->size[1], (uint32_t)in->size[2]);
    store_blocks(
        uniforms, 4 * MIM_LANES, uniform_of(drawn.word[0]), uniform_of(drawn.word[1]),
        uniform_of(drawn.word[2]), uniform_of(drawn.word[3]));
    for (int64_t j = 0; j < 4 * MIM_LANES && i + j < n; j += MIM_LANES)
      store(
          target + i + j,
          one_where(load(uniforms + j) < sigmoid_of(load(logits + i + j))));
  }
}
