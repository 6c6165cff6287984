// Winograd's algorithm F(4×4, k×k) (Lavin, Gray, arXiv:1509.09308) for k = 3 and 5: y =
// Aᵀ·[(G·w·Gᵀ) ⊙ (Bᵀ·x·B)]·A, each transform along the rows, then along the columns. Kernels are
// compiled once for each k (`taps`).

/// The numbers along a tile's edge.
INLINE int tile_of(const int taps) { return taps + TILE_STEP - 1; }
INLINE int points_of(const int taps) { return tile_of(taps) * tile_of(taps); }

INLINE void input_points(const int taps, const vf *x, vf *p) {
  taps == 3 ? input_points_3(x, p) : input_points_5(x, p);
}
INLINE void results_of(const int taps, const vf *p, vf *y) {
  taps == 3 ? results_of_3(p, y) : results_of_5(p, y);
}
INLINE void outer_points(const int taps, const vf *y, vf *p) {
  taps == 3 ? outer_points_3(y, p) : outer_points_5(y, p);
}
INLINE void weight_points(const int taps, const vf *w, vf *p) {
  taps == 3 ? weight_points_3(w, p) : weight_points_5(w, p);
}
INLINE void weight_gradients(const int taps, const vf *p, vf *w) {
  taps == 3 ? weight_gradients_3(p, w) : weight_gradients_5(p, w);
}

/// The same place, of which the compiler knows nothing: it would else keep a running pointer for
/// each point.
INLINE float *fresh(float *place) {
  __asm__("" : "+r"(place));
  return place;
}

/// Bᵀ·x·B of a tile's pixels of a block.
INLINE void transform_input(const int taps, const int is_whole, const tiled_images *x,
                            const tile_pixels *pixels, const float *block, float *place,
                            int64_t step) {
  const int tile = tile_of(taps);
  vf rows[MOST_TILE][MOST_TILE];
  for (int i = 0; i < tile; i++) {
    vf line[MOST_TILE];
    load_pixels(x, pixels, is_whole, block, i, tile, line);
    input_points(taps, line, rows[i]);
  }
  for (int j = 0; j < tile; j++) {
    vf column[MOST_TILE], p[MOST_TILE];
    UNROLL for (int i = 0; i < tile; i++) column[i] = rows[i][j];
    input_points(taps, column, p);
    float *point = fresh(place + j * step);
    UNROLL for (int i = 0; i < tile; i++) store(point + i * tile * step, p[i]);
  }
}

/// Bᵀ·x·B of `count` tiles, those of number `from` on, of images with `padding` zeros around.
INLINE void transform_inputs(const int taps, const tiled_images *x, const tile_grid *grid,
                             int64_t from, int64_t count, int64_t padding, tile_points to) {
  for (int64_t c = 0; c < x->blocks * BLOCK; c += MIM_LANES)
    for (int64_t t = 0; t < count; t++) {
      const tile_place at = place_of(grid, from + t);
      tile_pixels pixels;
      find_pixels(x, at.row - padding, at.column - padding, tile_of(taps), &pixels);
      const float *block = block_of(x, at.image, c);
      float *place = to.first + t * to.channels + c;
      if (pixels.is_whole)
        transform_input(taps, 1, x, &pixels, block, place, to.step);
      else
        transform_input(taps, 0, x, &pixels, block, place, to.step);
    }
}

/// A·dy·Aᵀ of some blocks of output channels, and the sums of dy added to `sums`.
INLINE void transform_outer(const int taps, const tiled_images *dy, const tile_grid *grid,
                            int64_t from, int64_t count, int64_t first_block, tile_points to,
                            float *sums) {
  const int tile = tile_of(taps);
  for (int64_t t = 0; t < count; t++) {
    const tile_place at = place_of(grid, from + t);
    tile_pixels pixels;
    find_pixels(dy, at.row, at.column, TILE_STEP, &pixels);
    for (int64_t c = 0; c < to.channels; c += MIM_LANES) {
      const int64_t channel = first_block * BLOCK + c;
      const float *block = block_of(dy, at.image, channel);
      float *place = to.first + t * to.channels + c;
      vf rows[TILE_STEP][MOST_TILE], sum = splat(0);
      for (int i = 0; i < TILE_STEP; i++) {
        vf line[TILE_STEP];
        load_pixels(dy, &pixels, pixels.is_whole, block, i, TILE_STEP, line);
        sum += (line[0] + line[1]) + (line[2] + line[3]);
        outer_points(taps, line, rows[i]);
      }
      store(sums + channel, load(sums + channel) + sum);
      for (int j = 0; j < tile; j++) {
        vf column[TILE_STEP], p[MOST_TILE];
        UNROLL for (int i = 0; i < TILE_STEP; i++) column[i] = rows[i][j];
        outer_points(taps, column, p);
        float *point = fresh(place + j * to.step);
        UNROLL for (int i = 0; i < tile; i++) store(point + i * tile * to.step, p[i]);
      }
    }
  }
}

/// m·A of one tile and register of channels: rows of points, columns of results.
INLINE void half_results(const int taps, const float *place, int64_t step,
                         vf rows[MOST_TILE][TILE_STEP]) {
  const int tile = tile_of(taps);
  for (int i = 0; i < tile; i++) {
    vf line[MOST_TILE];
    const float *point = fresh((float *)place + i * tile * step);
    UNROLL for (int j = 0; j < tile; j++) line[j] = load(point + j * step);
    results_of(taps, line, rows[i]);
  }
}

/// Column j of Aᵀ·m·A.
INLINE void result_column(const int taps, vf rows[MOST_TILE][TILE_STEP], int64_t j, vf *results) {
  vf column[MOST_TILE];
  UNROLL for (int i = 0; i < tile_of(taps); i++) column[i] = rows[i][j];
  results_of(taps, column, results);
}

/// Aᵀ·m·A plus the bias into the images, what lies outside them left out. Gated, the second half of
/// the points' channels are the g of h·sigmoid(g), `gate` channels behind their h in the bias.
INLINE void transform_results(const int taps, const int is_gated, tile_points from,
                              const tile_grid *grid, int64_t first, int64_t count,
                              int64_t first_channel, const float *bias, int64_t gate,
                              const tiled_images *y) {
  const int64_t width = is_gated ? from.channels / 2 : from.channels;
  for (int64_t t = 0; t < count; t++) {
    const tile_place at = place_of(grid, first + t);
    const int64_t down = y->height - at.row, across = step_at(at.column, y->width);
    for (int64_t c = 0; c < width; c += MIM_LANES) {
      const int64_t channel = first_channel + c;
      const float *place = from.first + t * from.channels + c;
      float *target =
          block_of(y, at.image, channel) + (at.row * y->width + at.column) * BLOCK;
      const vf shift = bias ? load(bias + channel) : splat(0);
      const vf gate_shift = is_gated && bias ? load(bias + gate + channel) : splat(0);
      vf rows[MOST_TILE][TILE_STEP], gate_rows[MOST_TILE][TILE_STEP];
      half_results(taps, place, from.step, rows);
      if (is_gated) half_results(taps, place + width, from.step, gate_rows);
      for (int64_t j = 0; j < across; j++, target += BLOCK) {
        vf results[TILE_STEP], gates[TILE_STEP];
        result_column(taps, rows, j, results);
        UNROLL for (int i = 0; i < TILE_STEP; i++) results[i] += shift;
        if (is_gated) {
          result_column(taps, gate_rows, j, gates);
          UNROLL for (int i = 0; i < TILE_STEP; i++)
            results[i] *= sigmoid_of(gates[i] + gate_shift);
        }
        UNROLL for (int i = 0; i < TILE_STEP; i++)
          if (i < down) store(target + i * y->width * BLOCK, results[i]);
      }
    }
  }
}
