// The matrix products of Winograd's algorithm at one point: the channels that a product gives come
// in chunks of up to CHUNK.
enum {
  CHUNK = 64,
  MOST_ROWS = 12,
  MOST_VECTORS = 4,
  // Registers of results: 6·4 or 12·2 of 32, where there are as many, else 6·2 of 16; 2·4 where a product needs
  // registers of its own.
  CHUNK_VECTORS = MIM_LANES == 8 ? 2 : 4,
  CHUNK_ROWS = MIM_LANES == 4 ? 2 : 6,
  NARROW_ROWS = MIM_LANES == 16 ? 12 : MIM_LANES == 8 ? 6 : 4,
  SINGLE_ROWS = MIM_LANES == 4 ? 6 : 12,
  GRADIENT_CHANNELS = MIM_LANES == 4 ? 2 : 4
};

INLINE int64_t chunk_at(int64_t first, int64_t channels) {
  return channels - first < CHUNK ? channels - first : CHUNK;
}

/// m[t, o] = Σ_c v[t, c]·u[c, o] for `rows` tiles and `vectors` registers of o.
INLINE void multiply_block(const int rows, const int vectors, const float *v, int64_t in,
                           const float *u, int64_t out, float *m) {
  vf sum[MOST_ROWS][MOST_VECTORS];
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int k = 0; k < vectors; k++) sum[r][k] = splat(0);
  for (int64_t c = 0; c < in; c++, u += out) {
    vf w[MOST_VECTORS];
    UNROLL for (int k = 0; k < vectors; k++) w[k] = load(u + k * MIM_LANES);
    UNROLL for (int r = 0; r < rows; r++) {
      const vf x = splat(v[r * in + c]);
      UNROLL for (int k = 0; k < vectors; k++) sum[r][k] = fused(x, w[k], sum[r][k]);
    }
  }
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int k = 0; k < vectors; k++) store(m + r * out + k * MIM_LANES, sum[r][k]);
}

/// The product of a chunk at one point. There is room for a multiple of MOST_ROWS tiles.
static void multiply_point(const float *v, int64_t tiles, int64_t in, const float *u, int64_t out,
                           float *m) {
  int64_t o = 0;
  for (; o + CHUNK_VECTORS * MIM_LANES <= out; o += CHUNK_VECTORS * MIM_LANES)
    for (int64_t t = 0; t < tiles; t += CHUNK_ROWS)
      multiply_block(CHUNK_ROWS, CHUNK_VECTORS, v + t * in, in, u + o, out, m + t * out + o);
  for (; o + 2 * MIM_LANES <= out; o += 2 * MIM_LANES)
    for (int64_t t = 0; t < tiles; t += NARROW_ROWS)
      multiply_block(NARROW_ROWS, 2, v + t * in, in, u + o, out, m + t * out + o);
  for (; o < out; o += MIM_LANES)
    for (int64_t t = 0; t < tiles; t += SINGLE_ROWS)
      multiply_block(SINGLE_ROWS, 1, v + t * in, in, u + o, out, m + t * out + o);
}

/// du[c, o] += Σ_t v[t, c]·m[t, o] for `rows` channels and `vectors` registers of o.
INLINE void accumulate_block(const int rows, const int vectors, const float *v, int64_t in,
                             const float *m, int64_t out, int64_t tiles, float *du) {
  vf sum[MOST_ROWS][MOST_VECTORS];
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int k = 0; k < vectors; k++) sum[r][k] = load(du + r * out + k * MIM_LANES);
  for (int64_t t = 0; t < tiles; t++, v += in, m += out) {
    vf w[MOST_VECTORS];
    UNROLL for (int k = 0; k < vectors; k++) w[k] = load(m + k * MIM_LANES);
    UNROLL for (int r = 0; r < rows; r++) {
      const vf x = splat(v[r]);
      UNROLL for (int k = 0; k < vectors; k++) sum[r][k] = fused(x, w[k], sum[r][k]);
    }
  }
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int k = 0; k < vectors; k++) store(du + r * out + k * MIM_LANES, sum[r][k]);
}

static void accumulate_point(const float *v, int64_t tiles, int64_t in, const float *m, int64_t out,
                             float *du) {
  int64_t o = 0;
  for (; o + CHUNK_VECTORS * MIM_LANES <= out; o += CHUNK_VECTORS * MIM_LANES)
    for (int64_t c = 0; c < in; c += GRADIENT_CHANNELS)
      accumulate_block(GRADIENT_CHANNELS, CHUNK_VECTORS, v + c, in, m + o, out, tiles, du + c * out + o);
  for (; o < out; o += MIM_LANES)
    for (int64_t c = 0; c < in;) {
      if (c + 8 <= in) {
        accumulate_block(8, 1, v + c, in, m + o, out, tiles, du + c * out + o), c += 8;
      } else {
        accumulate_block(4, 1, v + c, in, m + o, out, tiles, du + c * out + o), c += 4;
      }
    }
}

