// Convolutions of stride 1 on blocked images by Winograd's algorithm, with 3×3 or 5×5 weights:
// tiles are transformed a few at a time, so that they stay in the second-level cache; then each of
// 36 or 64 points is a small matrix product. The channels that a product gives come in chunks of up
// to CHUNK. Weights at the points, and their gradients, are [chunks, points, in, chunk's out].

/// Where the channel of number `o` of a chunk stands among the weights. Of `gate` pairs (0: none),
/// a chunk has as many h as g.
INLINE int64_t channel_of(int64_t first, int64_t chunk, int64_t o, int64_t gate) {
  if (!gate) return first + o;
  return o < chunk / 2 ? first / 2 + o : gate + first / 2 + o - chunk / 2;
}

INLINE void transform_weights(const int taps, const mim_instruction *in) {
  const int tile = tile_of(taps), points = points_of(taps);
  const int64_t ins = in->size[0], outs = in->size[1], turn = in->size[4] ? taps * taps - 1 : 0;
  for (int64_t first = 0; first < outs; first += CHUNK) {
    const int64_t chunk = chunk_at(first, outs);
    for (int64_t c = 0; c < ins; c++)
      for (int64_t o = 0; o < chunk; o += MIM_LANES) {
        const int64_t channel = channel_of(first, chunk, o, in->size[5]);
        const float *w = in->pointer[0] + c * in->size[2] + channel * in->size[3];
        float *u = in->pointer[1] + first * points * ins + c * chunk + o;
        vf rows[MOST_WEIGHTS][MOST_TILE];
        for (int i = 0; i < taps; i++) {
          vf line[MOST_WEIGHTS];
          for (int j = 0; j < taps; j++)
            for (int l = 0; l < MIM_LANES; l++)
              line[j][l] = w[l * in->size[3] + (turn ? turn - i * taps - j : i * taps + j)];
          weight_points(taps, line, rows[i]);
        }
        for (int j = 0; j < tile; j++) {
          vf column[MOST_WEIGHTS], p[MOST_TILE];
          UNROLL for (int i = 0; i < taps; i++) column[i] = rows[i][j];
          weight_points(taps, column, p);
          UNROLL for (int i = 0; i < tile; i++) store(u + (i * tile + j) * ins * chunk, p[i]);
        }
      }
  }
}

/// Weights to the points. pointer: plain weights, weights at the points. size: in, out, how far
/// apart the weights of neighbouring ins and outs lie, 1 if the kernel is turned around (for the
/// input's gradient), the number of pairs h, g that are gated (0: none), 3 or 5.
KERNEL(WINOGRAD_WEIGHTS) {
  in->size[6] == 3 ? transform_weights(3, in) : transform_weights(5, in);
}

INLINE void convolve(const int taps, const int is_gated, const mim_instruction *in) {
  const tiled_images x = {in->pointer[0], in->size[1], in->size[2], in->size[3]};
  const tiled_images y = {in->pointer[3], in->size[4], in->size[5], in->size[6]};
  const int64_t ins = x.blocks * BLOCK, gate = is_gated ? y.blocks * BLOCK : 0;
  const int64_t outs = gate + y.blocks * BLOCK, tiles = in->size[8], points = points_of(taps);
  const tile_grid grid = grid_of(in->size[0], y.height, y.width);
  const tile_points v = points_at(own_scratch(in->pointer[4], in->size[11]), tiles, ins);
  for (int64_t from = 0; from < grid.count; from += tiles) {
    const int64_t count = grid.count - from < tiles ? grid.count - from : tiles;
    transform_inputs(taps, &x, &grid, from, count, in->size[7], v);
    for (int64_t first = 0; first < outs; first += CHUNK) {
      const int64_t chunk = chunk_at(first, outs);
      const int64_t channel = is_gated ? first / 2 : first, made = is_gated ? chunk / 2 : chunk;
      const tile_points m = points_at(v.first + points * v.step, tiles, chunk);
      const float *u = in->pointer[1] + first * points * ins;
      for (int64_t p = 0; p < points; p++) {
        multiply_point(v.first + p * v.step, count, ins, u + p * ins * chunk, chunk,
                       m.first + p * m.step);
        if (first == 0 && p < tiles) prefetch_tile(&x, &grid, from + tiles + p, 0, ins, 0);
        if (p < count) prefetch_tile(&y, &grid, from + p, channel, made, 1);
      }
      transform_results(taps, is_gated, m, &grid, from, count, channel, in->pointer[2], gate, &y);
    }
  }
}

/// Part of the images. pointer: x, weights at the points, bias or NULL, y, scratch of (tiles·(in +
/// chunk) + 32)·points for each thread. size: images, blocks of x, height, width, blocks of y, height, width,
/// padding, tiles at a time (a multiple of 12), 3 or 5, 1 if y is h·sigmoid(g),
/// the floats of a thread's scratch.
KERNEL(WINOGRAD_CONVOLUTION) {
  if (in->size[10])
    in->size[9] == 3 ? convolve(3, 1, in) : convolve(5, 1, in);
  else
    in->size[9] == 3 ? convolve(3, 0, in) : convolve(5, 0, in);
}

INLINE void weight_gradient(const int taps, const mim_instruction *in) {
  const tiled_images x = {in->pointer[0], in->size[1], in->size[2], in->size[3]};
  const tiled_images dy = {in->pointer[1], in->size[4], in->size[5], in->size[6]};
  const int64_t ins = x.blocks * BLOCK, outs = dy.blocks * BLOCK, tiles = in->size[8];
  const int64_t points = points_of(taps);
  const tile_grid grid = grid_of(in->size[0], dy.height, dy.width);
  const tile_points v = points_at(own_scratch(in->pointer[4], in->size[11]), tiles, ins);
  memset(in->pointer[2], 0, points * ins * outs * sizeof(float));
  memset(in->pointer[3], 0, outs * sizeof(float));
  for (int64_t from = 0; from < grid.count; from += tiles) {
    const int64_t count = grid.count - from < tiles ? grid.count - from : tiles;
    transform_inputs(taps, &x, &grid, from, count, in->size[7], v);
    for (int64_t first = 0; first < outs; first += CHUNK) {
      const int64_t chunk = chunk_at(first, outs);
      const int64_t next = first + chunk < outs ? first + chunk : 0;
      const tile_points m = points_at(v.first + points * v.step, tiles, chunk);
      float *du = in->pointer[2] + first * points * ins;
      transform_outer(taps, &dy, &grid, from, count, first / BLOCK, m, in->pointer[3]);
      for (int64_t p = 0; p < points; p++) {
        accumulate_point(v.first + p * v.step, count, ins, m.first + p * m.step, chunk,
                         du + p * ins * chunk);
        if (p >= tiles) continue;
        if (first == 0) prefetch_tile(&x, &grid, from + tiles + p, 0, ins, 0);
        prefetch_tile(&dy, &grid, (next ? from : from + tiles) + p, next, chunk_at(next, outs), 0);
      }
    }
  }
}

/// Part of the images' weight gradient at the points. pointer: x, dy, gradients at the points, sums
/// of dy [out], scratch as above. size: as above, up to 3 or 5.
KERNEL(WINOGRAD_WEIGHT_GRADIENT) {
  in->size[9] == 3 ? weight_gradient(3, in) : weight_gradient(5, in);
}

INLINE void sum_weight_gradient(const int taps, const mim_instruction *in) {
  const int tile = tile_of(taps), points = points_of(taps);
  const int64_t parts = in->size[0], ins = in->size[1], outs = in->size[2];
  for (int64_t first = 0; first < outs; first += CHUNK) {
    const int64_t chunk = chunk_at(first, outs);
    for (int64_t c = 0; c < ins; c++)
      for (int64_t o = 0; o < chunk; o += MIM_LANES) {
        const float *du = in->pointer[0] + first * points * ins + c * chunk + o;
        vf rows[MOST_TILE][MOST_WEIGHTS];
        for (int i = 0; i < tile; i++) {
          vf line[MOST_TILE];
          UNROLL for (int j = 0; j < tile; j++) {
            line[j] = load(du + (i * tile + j) * ins * chunk);
            for (int64_t part = 1; part < parts; part++)
              line[j] += load(du + (i * tile + j) * ins * chunk + part * in->size[3]);
          }
          weight_gradients(taps, line, rows[i]);
        }
        float *w = in->pointer[2] + ((first + o) * ins + c) * taps * taps;
        for (int j = 0; j < taps; j++) {
          vf column[MOST_TILE], results[MOST_WEIGHTS];
          UNROLL for (int i = 0; i < tile; i++) column[i] = rows[i][j];
          weight_gradients(taps, column, results);
          for (int i = 0; i < taps; i++)
            for (int l = 0; l < MIM_LANES; l++)
              w[l * ins * taps * taps + i * taps + j] = results[i][l];
        }
      }
  }
}

/// The parts' gradients added up in their order and taken back from the points. pointer: the first
/// part's gradients at the points, its sums of dy, plain dW [out, in, k, k], db [out]. size: parts,
/// in, out, how far apart the parts' gradients and sums lie, k = 3 or 5.
KERNEL(WINOGRAD_WEIGHT_GRADIENT_RESULT) {
  in->size[5] == 3 ? sum_weight_gradient(3, in) : sum_weight_gradient(5, in);
  for (int64_t o = 0; o < in->size[2]; o++) {
    float sum = 0;
    for (int64_t part = 0; part < in->size[0]; part++)
      sum += in->pointer[1][part * in->size[4] + o];
    in->pointer[3][o] = sum;
  }
}
