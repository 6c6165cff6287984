// 5×5 convolutions of stride 1 on blocked images by Winograd's algorithm: tiles are transformed a few at a time, so
// that they stay in the second-level cache; then each of 64 points is a small matrix product. The
// channels that a product gives come in chunks of up to CHUNK. Weights at the points, and their gradients, are
// [chunks, points, in, chunk's out].

enum {
  CHUNK = 64,
  MOST_ROWS = 12,
  MOST_VECTORS = 4,
  // Registers of results: 6·4 or 12·2 of 32, where there are as many, else 6·2 of 16.
  CHUNK_VECTORS = MIM_LANES == 16 ? 4 : 2,
  NARROW_ROWS = MIM_LANES == 16 ? 12 : 6
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

/// The product of a chunk at one point; `tiles` is a multiple of MOST_ROWS.
static void multiply_point(const float *v, int64_t tiles, int64_t in, const float *u, int64_t out,
                           float *m) {
  int64_t o = 0;
  for (; o + CHUNK_VECTORS * MIM_LANES <= out; o += CHUNK_VECTORS * MIM_LANES)
    for (int64_t t = 0; t < tiles; t += 6)
      multiply_block(6, CHUNK_VECTORS, v + t * in, in, u + o, out, m + t * out + o);
  for (; o + 2 * MIM_LANES <= out; o += 2 * MIM_LANES)
    for (int64_t t = 0; t < tiles; t += NARROW_ROWS)
      multiply_block(NARROW_ROWS, 2, v + t * in, in, u + o, out, m + t * out + o);
  for (; o < out; o += MIM_LANES)
    for (int64_t t = 0; t < tiles; t += MOST_ROWS)
      multiply_block(MOST_ROWS, 1, v + t * in, in, u + o, out, m + t * out + o);
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
    for (int64_t c = 0; c < in; c += 4)
      accumulate_block(4, CHUNK_VECTORS, v + c, in, m + o, out, tiles, du + c * out + o);
  for (; o < out; o += MIM_LANES)
    for (int64_t c = 0; c < in; c += 8)
      accumulate_block(8, 1, v + c, in, m + o, out, tiles, du + c * out + o);
}

/// Weights to the points. pointer: plain weights, weights at the points. size: in, out, how far apart the
/// weights of neighbouring ins and outs lie, 1 if the kernel is turned around (for the input's gradient).
KERNEL(WINOGRAD_WEIGHTS) {
  const int64_t ins = in->size[0], outs = in->size[1], turn = in->size[4] ? TAPS * TAPS - 1 : 0;
  for (int64_t first = 0; first < outs; first += CHUNK) {
    const int64_t chunk = chunk_at(first, outs);
    for (int64_t c = 0; c < ins; c++)
      for (int64_t o = 0; o < chunk; o += MIM_LANES) {
        const float *w = in->pointer[0] + c * in->size[2] + (first + o) * in->size[3];
        float *u = in->pointer[1] + first * POINTS * ins + c * chunk + o;
        vf rows[TAPS][TILE];
        for (int i = 0; i < TAPS; i++) {
          vf line[TAPS];
          for (int j = 0; j < TAPS; j++)
            for (int l = 0; l < MIM_LANES; l++)
              line[j][l] = w[l * in->size[3] + (turn ? turn - i * TAPS - j : i * TAPS + j)];
          weight_points(line, rows[i]);
        }
        for (int j = 0; j < TILE; j++) {
          vf column[TAPS], p[TILE];
          UNROLL for (int i = 0; i < TAPS; i++) column[i] = rows[i][j];
          weight_points(column, p);
          UNROLL for (int i = 0; i < TILE; i++) store(u + (i * TILE + j) * ins * chunk, p[i]);
        }
      }
  }
}

/// Part of the images. pointer: x, weights at the points, bias or NULL, y, scratch of
/// (tiles·(in + chunk) + 32)·64. size: images, blocks of x, height, width, blocks of y, height, width, padding,
/// tiles at a time (a multiple of 12).
KERNEL(WINOGRAD_CONVOLUTION) {
  const tiled_images x = {in->pointer[0], in->size[1], in->size[2], in->size[3]};
  const tiled_images y = {in->pointer[3], in->size[4], in->size[5], in->size[6]};
  const int64_t ins = x.blocks * BLOCK, outs = y.blocks * BLOCK, tiles = in->size[8];
  const tile_grid grid = grid_of(in->size[0], y.height, y.width);
  const tile_points v = points_at(in->pointer[4], tiles, ins);
  for (int64_t from = 0; from < grid.count; from += tiles) {
    const int64_t count = grid.count - from < tiles ? grid.count - from : tiles;
    transform_inputs(&x, &grid, from, count, in->size[7], v);
    for (int64_t first = 0; first < outs; first += CHUNK) {
      const int64_t chunk = chunk_at(first, outs);
      const tile_points m = points_at(v.first + POINTS * v.step, tiles, chunk);
      const float *u = in->pointer[1] + first * POINTS * ins;
      const int64_t rows = (count + MOST_ROWS - 1) / MOST_ROWS * MOST_ROWS;
      for (int64_t p = 0; p < POINTS; p++)
        multiply_point(v.first + p * v.step, rows, ins, u + p * ins * chunk, chunk,
                       m.first + p * m.step);
      transform_results(m, &grid, from, count, first / BLOCK, in->pointer[2], &y);
    }
  }
}

/// Part of the images' weight gradient at the points. pointer: x, dy, gradients at the points, sums of dy
/// [out], scratch as above. size: as above.
KERNEL(WINOGRAD_WEIGHT_GRADIENT) {
  const tiled_images x = {in->pointer[0], in->size[1], in->size[2], in->size[3]};
  const tiled_images dy = {in->pointer[1], in->size[4], in->size[5], in->size[6]};
  const int64_t ins = x.blocks * BLOCK, outs = dy.blocks * BLOCK, tiles = in->size[8];
  const tile_grid grid = grid_of(in->size[0], dy.height, dy.width);
  const tile_points v = points_at(in->pointer[4], tiles, ins);
  memset(in->pointer[2], 0, POINTS * ins * outs * sizeof(float));
  memset(in->pointer[3], 0, outs * sizeof(float));
  for (int64_t from = 0; from < grid.count; from += tiles) {
    const int64_t count = grid.count - from < tiles ? grid.count - from : tiles;
    transform_inputs(&x, &grid, from, count, in->size[7], v);
    for (int64_t first = 0; first < outs; first += CHUNK) {
      const int64_t chunk = chunk_at(first, outs);
      const tile_points m = points_at(v.first + POINTS * v.step, tiles, chunk);
      float *du = in->pointer[2] + first * POINTS * ins;
      transform_outer(&dy, &grid, from, count, first / BLOCK, m, in->pointer[3]);
      for (int64_t p = 0; p < POINTS; p++)
        accumulate_point(v.first + p * v.step, count, ins, m.first + p * m.step, chunk,
                         du + p * ins * chunk);
    }
  }
}

/// The parts' gradients added up in their order and taken back from the points. pointer: the first part's
/// gradients at the points, its sums of dy, plain dW [out, in, 5, 5], db [out]. size: parts, in, out, how far
/// apart the parts' gradients and sums lie.
KERNEL(WINOGRAD_WEIGHT_GRADIENT_RESULT) {
  const int64_t parts = in->size[0], ins = in->size[1], outs = in->size[2];
  for (int64_t first = 0; first < outs; first += CHUNK) {
    const int64_t chunk = chunk_at(first, outs);
    for (int64_t c = 0; c < ins; c++)
      for (int64_t o = 0; o < chunk; o += MIM_LANES) {
        const float *du = in->pointer[0] + first * POINTS * ins + c * chunk + o;
        vf rows[TILE][TAPS];
        for (int i = 0; i < TILE; i++) {
          vf line[TILE];
          UNROLL for (int j = 0; j < TILE; j++) {
            line[j] = load(du + (i * TILE + j) * ins * chunk);
            for (int64_t part = 1; part < parts; part++)
              line[j] += load(du + (i * TILE + j) * ins * chunk + part * in->size[3]);
          }
          weight_gradients(line, rows[i]);
        }
        float *w = in->pointer[2] + ((first + o) * ins + c) * TAPS * TAPS;
        for (int j = 0; j < TAPS; j++) {
          vf column[TILE], taps[TAPS];
          UNROLL for (int i = 0; i < TILE; i++) column[i] = rows[i][j];
          weight_gradients(column, taps);
          for (int i = 0; i < TAPS; i++)
            for (int l = 0; l < MIM_LANES; l++)
              w[l * ins * TAPS * TAPS + i * TAPS + j] = taps[i][l];
        }
      }
  }
  for (int64_t o = 0; o < outs; o++) {
    float sum = 0;
    for (int64_t part = 0; part < parts; part++) sum += in->pointer[1][part * in->size[4] + o];
    in->pointer[3][o] = sum;
  }
}
