// Counter-based random numbers: Philox 4×32-10 (Salmon, Moraes, Dror, Shaw, SC 2011).
// A step's counter is (b, b >> 32, step, step >> 32) for block b. Sixteen blocks give 64 elements, word
// by word, so that no draw has to be moved: element 64·g + 16·w + l is word w of block 16·g + l.

typedef struct {
  vu word[4];
} blocks;

typedef uint64_t v_half_count __attribute__((vector_size(4 * MIM_LANES)));

/// The high and low words of a·b: even and odd lanes apart, as processors multiply 32 bits to 64.
INLINE void multiply(uint32_t a, vu b, vu *high, vu *low) {
  const uint64_t lower = 0xffffffffu;
  v_half_count even = ((v_half_count)b & lower) * (uint64_t)a;
  v_half_count odd = ((v_half_count)b >> 32) * (uint64_t)a;
  *high = (vu)((even >> 32) | (odd & ~lower));
#if MIM_LANES == 4
  // SSE2 has no product of 32 bits.
  *low = (vu)((even & lower) | (odd << 32));
#else
  *low = b * a;
#endif
}

/// Two vectors of consecutive blocks, from number `first` on: a round waits for its products, so two
/// run side by side.
INLINE void philox(
    uint64_t first, uint64_t step, uint32_t key0, uint32_t key1, blocks drawn[2]) {
  vu c[2][4], lane;
  for (int i = 0; i < MIM_LANES; i++) lane[i] = i;
  UNROLL for (int j = 0; j < 2; j++, first += MIM_LANES) {
    c[j][0] = lane + (uint32_t)first, c[j][1] = (vu){0} + (uint32_t)(first >> 32);
    c[j][2] = (vu){0} + (uint32_t)step, c[j][3] = (vu){0} + (uint32_t)(step >> 32);
  }
  UNROLL for (int round = 0; round < 10; round++) {
    UNROLL for (int j = 0; j < 2; j++) {
      vu high0, low0, high1, low1;
      multiply(0xD2511F53u, c[j][0], &high0, &low0);
      multiply(0xCD9E8D57u, c[j][2], &high1, &low1);
      c[j][0] = high1 ^ c[j][1] ^ key0;
      c[j][1] = low1;
      c[j][2] = high0 ^ c[j][3] ^ key1;
      c[j][3] = low0;
    }
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  UNROLL for (int j = 0; j < 2; j++)
    UNROLL for (int w = 0; w < 4; w++) drawn[j].word[w] = c[j][w];
}

/// The open interval (0, 1) in steps of 2⁻²³.
INLINE vf uniform_of(vu word) {
  return __builtin_convertvector((vi)(word >> 9), vf) * 0x1p-23f + 0x1p-24f;
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
  vf u = at_most(splat(1.0f), __builtin_convertvector(radius_word, vf) * 0x1p-32f + 0x1p-33f);
  vf radius = root_of_positive(at_least(splat(1e-20f), -2.0f * log_of_normal(u)));
  vf sine, cosine;
  turn(__builtin_convertvector((vi)(angle_word >> 8), vf) * 0x1p-24f, &sine, &cosine);
  *first = radius * cosine;
  *second = radius * sine;
}

/// Runs over all blocks, two vectors at a time; the body turns `drawn` into `draw`.
#define NOISE_LOOP(...)                                                                     \
  const uint64_t step = *in->step;                                                          \
  const int64_t n = in->count;                                                              \
  for (int64_t block = 0; block < (n + 63) / 64 * 16; block += 2 * MIM_LANES) {             \
    blocks both[2];                                                                         \
    philox(block, step, in->key0, in->key1, both);                                          \
    UNROLL for (int j = 0; j < 2; j++) {                                                    \
      const blocks drawn = both[j];                                                         \
      vf draw[4];                                                                           \
      __VA_ARGS__;                                                                          \
      const int64_t first = block + j * MIM_LANES;                                          \
      UNROLL for (int w = 0; w < 4; w++) {                                                  \
        const int64_t at = first / 16 * 64 + first % 16 + 16 * w;                           \
        if (at < n) PLACE_DRAW(at, draw[w]);                                                \
      }                                                                                     \
    }                                                                                       \
  }

#define PLACE_DRAW(at, value) store(in->result + at, value)

KERNEL(NORMAL_NOISE) {
  NOISE_LOOP({
    box_muller(drawn.word[0], drawn.word[1], &draw[0], &draw[1]);
    box_muller(drawn.word[2], drawn.word[3], &draw[2], &draw[3]);
  })
}

KERNEL(UNIFORM_NOISE) {
  NOISE_LOOP({
    for (int w = 0; w < 4; w++) draw[w] = uniform_of(drawn.word[w]);
  })
}

/// The row number is the high word of word·bound.
KERNEL(RANDOM_INDICES) {
  NOISE_LOOP({
    for (int w = 0; w < 4; w++) {
      vu high;
      vu low;
      multiply((uint32_t)in->bound, drawn.word[w], &high, &low);
      draw[w] = __builtin_convertvector(high, vf);
    }
  })
}

// Parts of a longer array, as a rank draws its share of a batch: `runs` runs of n elements, the first from
// element `first` on and each `stride` elements after the one before, written one behind the other.

enum { PAIR_OF_GROUPS = 128 };

/// Copies what a run needs of the two groups of 64 drawn from element `at` on.
INLINE void place_part(
    float *run, int64_t begin, int64_t end, int64_t at, const float *drawn) {
  const int64_t from = at < begin ? begin : at;
  const int64_t to = at + PAIR_OF_GROUPS < end ? at + PAIR_OF_GROUPS : end;
  for (int64_t i = from; i < to; i++) run[i - begin] = drawn[i - at];
}

#define NOISE_PARTS(...)                                                                    \
  const uint64_t step = *in->step;                                                          \
  const int64_t n = in->count;                                                              \
  for (int64_t run = 0; run < in->runs; run++) {                                            \
    const int64_t begin = in->first + run * in->stride, end = begin + n;                    \
    for (int64_t pair = begin / PAIR_OF_GROUPS; pair * PAIR_OF_GROUPS < end; pair++) {      \
      float groups[PAIR_OF_GROUPS] __attribute__((aligned(64)));                            \
      for (int64_t block = 0; block < 32; block += 2 * MIM_LANES) {                         \
        blocks both[2];                                                                     \
        philox(pair * 32 + block, step, in->key0, in->key1, both);                          \
        UNROLL for (int j = 0; j < 2; j++) {                                                \
          const blocks drawn = both[j];                                                     \
          vf draw[4];                                                                       \
          __VA_ARGS__;                                                                      \
          const int64_t at = block + j * MIM_LANES;                                         \
          UNROLL for (int w = 0; w < 4; w++)                                                \
            store(groups + at / 16 * 64 + at % 16 + 16 * w, draw[w]);                       \
        }                                                                                   \
      }                                                                                     \
      place_part(in->result + run * n, begin, end, pair * PAIR_OF_GROUPS, groups);          \
    }                                                                                       \
  }

KERNEL(NORMAL_NOISE_PARTS) {
  NOISE_PARTS({
    box_muller(drawn.word[0], drawn.word[1], &draw[0], &draw[1]);
    box_muller(drawn.word[2], drawn.word[3], &draw[2], &draw[3]);
  })
}

KERNEL(UNIFORM_NOISE_PARTS) {
  NOISE_PARTS({
    for (int w = 0; w < 4; w++) draw[w] = uniform_of(drawn.word[w]);
  })
}

KERNEL(RANDOM_INDICES_PARTS) {
  NOISE_PARTS({
    for (int w = 0; w < 4; w++) {
      vu high;
      vu low;
      multiply((uint32_t)in->bound, drawn.word[w], &high, &low);
      draw[w] = __builtin_convertvector(high, vf);
    }
  })
}

#undef PLACE_DRAW
#define PLACE_DRAW(at, value) \
  store(in->result + at, one_where(value < sigmoid_of(load(in->logits + at))))

/// 1 where u < sigmoid(l).
KERNEL(BERNOULLI_SAMPLE) {
  NOISE_LOOP({
    for (int w = 0; w < 4; w++) draw[w] = uniform_of(drawn.word[w]);
  })
}
