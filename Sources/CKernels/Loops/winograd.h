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

INLINE void transform_weights(const int taps, const mim_winograd_weights *in) {
  const int tile = tile_of(taps), points = points_of(taps);
  const int64_t ins = in->inputs, outs = in->outputs, turn = in->is_turned ? taps * taps - 1 : 0;
  for (int64_t first = 0; first < outs; first += CHUNK) {
    const int64_t chunk = chunk_at(first, outs);
    for (int64_t c = 0; c < ins; c++)
      for (int64_t o = 0; o < chunk; o += MIM_LANES) {
        const int64_t channel = channel_of(first, chunk, o, in->gated_pairs);
        const float *w = in->weights + c * in->input_step + channel * in->output_step;
        float *u = in->points + first * points * ins + c * chunk + o;
        vf rows[MOST_WEIGHTS][MOST_TILE];
        for (int i = 0; i < taps; i++) {
          vf line[MOST_WEIGHTS];
          for (int j = 0; j < taps; j++)
            for (int l = 0; l < MIM_LANES; l++)
              line[j][l] = w[l * in->output_step + (turn ? turn - i * taps - j : i * taps + j)];
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

/// Weights to the points.
KERNEL(WINOGRAD_WEIGHTS) {
  in->taps == 3 ? transform_weights(3, in) : transform_weights(5, in);
}

INLINE void convolve(
    const int taps, const int is_gated, const mim_winograd_convolution *in) {
  const mim_winograd_extents *e = &in->extents;
  const tiled_images x = {(float *)in->x, e->x_blocks, e->x_height, e->x_width};
  const tiled_images y = {in->y, e->y_blocks, e->y_height, e->y_width};
  const int64_t ins = x.blocks * BLOCK, gate = is_gated ? y.blocks * BLOCK : 0;
  const int64_t outs = gate + y.blocks * BLOCK, tiles = e->tiles, points = points_of(taps);
  const tile_grid grid = grid_of(e->images, y.height, y.width);
  const tile_points v = points_at(own_scratch(in->scratch, e->scratch_count), tiles, ins);
  for (int64_t from = 0; from < grid.count; from += tiles) {
    const int64_t count = grid.count - from < tiles ? grid.count - from : tiles;
    transform_inputs(taps, &x, &grid, from, count, e->padding, v);
    for (int64_t first = 0; first < outs; first += CHUNK) {
      const int64_t chunk = chunk_at(first, outs);
      const int64_t channel = is_gated ? first / 2 : first, made = is_gated ? chunk / 2 : chunk;
      const tile_points m = points_at(v.first + points * v.step, tiles, chunk);
      const float *u = in->points + first * points * ins;
      for (int64_t p = 0; p < points; p++) {
        multiply_point(v.first + p * v.step, count, ins, u + p * ins * chunk, chunk,
                       m.first + p * m.step);
        if (first == 0 && p < tiles) prefetch_tile(&x, &grid, from + tiles + p, 0, ins, 0);
        if (p < count) prefetch_tile(&y, &grid, from + p, channel, made, 1);
      }
      transform_results(taps, is_gated, m, &grid, from, count, channel, in->bias, gate, &y);
    }
  }
}

/// Part of the images.
KERNEL(WINOGRAD_CONVOLUTION) {
  if (in->is_gated)
    in->extents.taps == 3 ? convolve(3, 1, in) : convolve(5, 1, in);
  else
    in->extents.taps == 3 ? convolve(3, 0, in) : convolve(5, 0, in);
}

INLINE void weight_gradient(const int taps, const mim_winograd_weight_gradient *in) {
  const mim_winograd_extents *e = &in->extents;
  const tiled_images x = {(float *)in->x, e->x_blocks, e->x_height, e->x_width};
  const tiled_images dy = {(float *)in->dy, e->y_blocks, e->y_height, e->y_width};
  const int64_t ins = x.blocks * BLOCK, outs = dy.blocks * BLOCK, tiles = e->tiles;
  const int64_t points = points_of(taps);
  const tile_grid grid = grid_of(e->images, dy.height, dy.width);
  const tile_points v = points_at(own_scratch(in->scratch, e->scratch_count), tiles, ins);
  memset(in->points, 0, points * ins * outs * sizeof(float));
  memset(in->sums, 0, outs * sizeof(float));
  for (int64_t from = 0; from < grid.count; from += tiles) {
    const int64_t count = grid.count - from < tiles ? grid.count - from : tiles;
    transform_inputs(taps, &x, &grid, from, count, e->padding, v);
    for (int64_t first = 0; first < outs; first += CHUNK) {
      const int64_t chunk = chunk_at(first, outs);
      const int64_t next = first + chunk < outs ? first + chunk : 0;
      const tile_points m = points_at(v.first + points * v.step, tiles, chunk);
      float *du = in->points + first * points * ins;
      transform_outer(taps, &dy, &grid, from, count, first / BLOCK, m, in->sums);
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

/// Part of the images' weight gradient at the points.
KERNEL(WINOGRAD_WEIGHT_GRADIENT) {
  in->extents.taps == 3 ? weight_gradient(3, in) : weight_gradient(5, in);
}

INLINE void sum_weight_gradient(
    const int taps, const mim_winograd_weight_gradient_result *in) {
  const int tile = tile_of(taps), points = points_of(taps);
  const int64_t parts = in->parts, ins = in->inputs, outs = in->outputs;
  for (int64_t first = 0; first < outs; first += CHUNK) {
    const int64_t chunk = chunk_at(first, outs);
    for (int64_t c = 0; c < ins; c++)
      for (int64_t o = 0; o < chunk; o += MIM_LANES) {
        const float *du = in->points + first * points * ins + c * chunk + o;
        vf rows[MOST_TILE][MOST_WEIGHTS];
        for (int i = 0; i < tile; i++) {
          vf line[MOST_TILE];
          UNROLL for (int j = 0; j < tile; j++) {
            line[j] = load(du + (i * tile + j) * ins * chunk);
            for (int64_t part = 1; part < parts; part++)
              line[j] += load(du + (i * tile + j) * ins * chunk + part * in->point_step);
          }
          weight_gradients(taps, line, rows[i]);
        }
        float *w = in->dw + ((first + o) * ins + c) * taps * taps;
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

/// The parts' gradients added up in their order and taken back from the points.
KERNEL(WINOGRAD_WEIGHT_GRADIENT_RESULT) {
  in->taps == 3 ? sum_weight_gradient(3, in) : sum_weight_gradient(5, in);
  for (int64_t o = 0; o < in->outputs; o++) {
    float sum = 0;
    for (int64_t part = 0; part < in->parts; part++)
      sum += in->sums[part * in->sum_step + o];
    in->db[o] = sum;
  }
}
