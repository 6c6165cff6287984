// Winograd's algorithm F(4×4, 5×5) (Lavin, Gray, arXiv:1509.09308): four results of a correlation with five
// weights from eight numbers, y = Aᵀ[(G·w) ⊙ (Bᵀ·x)], through the points 0, ±1, ±2, ±½, ∞ (Toom, Cook). In
// two dimensions each transform runs along the rows, then along the columns.

enum { TILE = 8, TILE_STEP = 4, TAPS = 5, POINTS = TILE * TILE };

/// Bᵀ·x.
INLINE void input_points(const vf *x, vf *p) {
  p[0] = fused(splat(5.25f), x[4] - x[2], x[0] - x[6]);
  p[7] = fused(splat(5.25f), x[3] - x[5], x[7] - x[1]);
  const vf even1 = fused(splat(-4.25f), x[4], x[2] + x[6]);
  const vf odd1 = fused(splat(-4.25f), x[3], x[1] + x[5]);
  p[1] = even1 + odd1, p[2] = even1 - odd1;
  const vf even2 = fused(splat(0.25f), x[2], fused(splat(-1.25f), x[4], x[6]));
  const vf odd2 = fused(splat(0.5f), x[1], fused(splat(-2.5f), x[3], 2.0f * x[5]));
  p[3] = even2 + odd2, p[4] = even2 - odd2;
  const vf even3 = fused(splat(4.0f), x[2], fused(splat(-5.0f), x[4], x[6]));
  const vf odd3 = fused(splat(2.0f), x[1], fused(splat(-2.5f), x[3], 0.5f * x[5]));
  p[5] = even3 + odd3, p[6] = even3 - odd3;
}

/// Aᵀ·p.
INLINE void results_of(const vf *p, vf *y) {
  const vf even1 = p[1] + p[2], odd1 = p[1] - p[2], even2 = p[3] + p[4], odd2 = p[3] - p[4];
  const vf even3 = p[5] + p[6], odd3 = p[5] - p[6];
  y[0] = (p[0] + even1) + (even2 + even3);
  y[1] = fused(splat(2.0f), odd2, fused(splat(0.5f), odd3, odd1));
  y[2] = fused(splat(4.0f), even2, fused(splat(0.25f), even3, even1));
  y[3] = fused(splat(8.0f), odd2, fused(splat(0.125f), odd3, odd1)) + p[7];
}

/// A·y, for the gradient.
INLINE void outer_points(const vf *y, vf *p) {
  const vf even1 = y[0] + y[2], odd1 = y[1] + y[3];
  const vf even2 = fused(splat(4.0f), y[2], y[0]), odd2 = fused(splat(8.0f), y[3], 2.0f * y[1]);
  const vf even3 = fused(splat(0.25f), y[2], y[0]);
  const vf odd3 = fused(splat(0.125f), y[3], 0.5f * y[1]);
  p[0] = y[0], p[1] = even1 + odd1, p[2] = even1 - odd1, p[3] = even2 + odd2;
  p[4] = even2 - odd2, p[5] = even3 + odd3, p[6] = even3 - odd3, p[7] = y[3];
}

/// G·w.
INLINE void weight_points(const vf *w, vf *p) {
  const vf even1 = w[0] + w[2] + w[4], odd1 = w[1] + w[3];
  const vf even2 = fused(splat(16.0f), w[4], fused(splat(4.0f), w[2], w[0]));
  const vf odd2 = fused(splat(8.0f), w[3], 2.0f * w[1]);
  const vf even3 = fused(splat(0.0625f), w[4], fused(splat(0.25f), w[2], w[0]));
  const vf odd3 = fused(splat(0.125f), w[3], 0.5f * w[1]);
  const float f1 = -2.0f / 9, f2 = 1.0f / 90, f3 = 32.0f / 45;
  p[0] = w[0], p[1] = f1 * (even1 + odd1), p[2] = f1 * (even1 - odd1);
  p[3] = f2 * (even2 + odd2), p[4] = f2 * (even2 - odd2);
  p[5] = f3 * (even3 + odd3), p[6] = f3 * (even3 - odd3), p[7] = w[4];
}

/// Gᵀ·p, for the gradient.
INLINE void weight_gradients(const vf *p, vf *w) {
  const float f1 = -2.0f / 9, f2 = 1.0f / 90, f3 = 32.0f / 45;
  const vf even1 = f1 * (p[1] + p[2]), odd1 = f1 * (p[1] - p[2]);
  const vf even2 = f2 * (p[3] + p[4]), odd2 = f2 * (p[3] - p[4]);
  const vf even3 = f3 * (p[5] + p[6]), odd3 = f3 * (p[5] - p[6]);
  w[0] = (p[0] + even1) + (even2 + even3);
  w[1] = fused(splat(2.0f), odd2, fused(splat(0.5f), odd3, odd1));
  w[2] = fused(splat(4.0f), even2, fused(splat(0.25f), even3, even1));
  w[3] = fused(splat(8.0f), odd2, fused(splat(0.125f), odd3, odd1));
  w[4] = fused(splat(16.0f), even2, fused(splat(0.0625f), even3, even1)) + p[7];
}

/// Blocked images [blocks, height, width, 16], cut into tiles.
typedef struct {
  float *first;
  int64_t blocks, height, width;
} tiled_images;

/// The tiles of a call: as many a column and a row as the results need, image after image.
typedef struct {
  int64_t down, across, count;
} tile_grid;

INLINE tile_grid grid_of(int64_t images, int64_t height, int64_t width) {
  const int64_t down = (height + TILE_STEP - 1) / TILE_STEP;
  const int64_t across = (width + TILE_STEP - 1) / TILE_STEP;
  return (tile_grid){down, across, images * down * across};
}

static const float outside[BLOCK] __attribute__((aligned(64)));

/// `count` pixels of a row of a block, one register of channels each; zeros outside the image.
INLINE void load_pixels(const tiled_images *images, const float *block, int64_t row, int64_t column,
                        const int count, vf *pixels) {
  const int is_inside = row >= 0 && row < images->height;
  const float *line = block + row * images->width * BLOCK;
  UNROLL for (int j = 0; j < count; j++) {
    const int64_t c = column + j;
    pixels[j] = load(is_inside && c >= 0 && c < images->width ? line + c * BLOCK : outside);
  }
}

/// Where a tile lies.
typedef struct {
  int64_t image, row, column;
} tile_place;

INLINE tile_place place_of(const tile_grid *grid, int64_t tile) {
  const int64_t area = grid->down * grid->across, inside = tile % area;
  return (tile_place){tile / area, inside / grid->across * TILE_STEP,
                      inside % grid->across * TILE_STEP};
}

/// Numbers at the points: `step` from one point to the next, [tiles, channels] at each. The step is odd in
/// cache lines, so that the points of a tile don't share a set of the cache.
typedef struct {
  float *first;
  int64_t channels, step;
} tile_points;

INLINE tile_points points_at(float *first, int64_t tiles, int64_t channels) {
  return (tile_points){first, channels, tiles * channels + BLOCK};
}

/// Bᵀ·x·B of `count` tiles, those of number `from` on, of images with `padding` zeros around.
static void transform_inputs(const tiled_images *x, const tile_grid *grid, int64_t from,
                             int64_t count, int64_t padding, tile_points to) {
  for (int64_t t = 0; t < count; t++) {
    const tile_place at = place_of(grid, from + t);
    for (int64_t b = 0; b < x->blocks; b++)
      for (int v = 0; v < BLOCK; v += MIM_LANES) {
        const float *block =
            x->first + (at.image * x->blocks + b) * x->height * x->width * BLOCK + v;
        float *place = to.first + t * to.channels + b * BLOCK + v;
        vf rows[TILE][TILE];
        for (int i = 0; i < TILE; i++) {
          vf line[TILE];
          load_pixels(x, block, at.row - padding + i, at.column - padding, TILE, line);
          input_points(line, rows[i]);
        }
        for (int j = 0; j < TILE; j++) {
          vf column[TILE], p[TILE];
          UNROLL for (int i = 0; i < TILE; i++) column[i] = rows[i][j];
          input_points(column, p);
          UNROLL for (int i = 0; i < TILE; i++) store(place + (i * TILE + j) * to.step, p[i]);
        }
      }
  }
}

/// A·dy·Aᵀ of some blocks of output channels, and the sums of dy added to `sums`.
static void transform_outer(const tiled_images *dy, const tile_grid *grid, int64_t from,
                            int64_t count, int64_t first_block, tile_points to, float *sums) {
  for (int64_t t = 0; t < count; t++) {
    const tile_place at = place_of(grid, from + t);
    for (int64_t c = 0; c < to.channels; c += MIM_LANES) {
      const int64_t b = first_block + c / BLOCK;
      const float *block =
          dy->first + (at.image * dy->blocks + b) * dy->height * dy->width * BLOCK + c % BLOCK;
      float *place = to.first + t * to.channels + c;
      vf rows[TILE_STEP][TILE], sum = splat(0);
      for (int i = 0; i < TILE_STEP; i++) {
        vf line[TILE_STEP];
        load_pixels(dy, block, at.row + i, at.column, TILE_STEP, line);
        sum += (line[0] + line[1]) + (line[2] + line[3]);
        outer_points(line, rows[i]);
      }
      store(sums + b * BLOCK + c % BLOCK, load(sums + b * BLOCK + c % BLOCK) + sum);
      for (int j = 0; j < TILE; j++) {
        vf column[TILE_STEP], p[TILE];
        UNROLL for (int i = 0; i < TILE_STEP; i++) column[i] = rows[i][j];
        outer_points(column, p);
        UNROLL for (int i = 0; i < TILE; i++) store(place + (i * TILE + j) * to.step, p[i]);
      }
    }
  }
}

/// Aᵀ·m·A plus the bias into the images, what lies outside them left out.
static void transform_results(tile_points from, const tile_grid *grid, int64_t first,
                              int64_t count, int64_t first_block, const float *bias,
                              const tiled_images *y) {
  for (int64_t t = 0; t < count; t++) {
    const tile_place at = place_of(grid, first + t);
    for (int64_t c = 0; c < from.channels; c += MIM_LANES) {
      const int64_t b = first_block + c / BLOCK;
      const float *place = from.first + t * from.channels + c;
      float *block =
          y->first + (at.image * y->blocks + b) * y->height * y->width * BLOCK + c % BLOCK;
      const vf shift = bias ? load(bias + b * BLOCK + c % BLOCK) : splat(0);
      vf rows[TILE][TILE_STEP];
      for (int i = 0; i < TILE; i++) {
        vf line[TILE];
        UNROLL for (int j = 0; j < TILE; j++) line[j] = load(place + (i * TILE + j) * from.step);
        results_of(line, rows[i]);
      }
      const int64_t height = y->height - at.row, width = y->width - at.column;
      UNROLL for (int j = 0; j < TILE_STEP; j++) {
        vf column[TILE], results[TILE_STEP];
        UNROLL for (int i = 0; i < TILE; i++) column[i] = rows[i][j];
        results_of(column, results);
        UNROLL for (int i = 0; i < TILE_STEP; i++)
          if (i < height && j < width)
            store(block + ((at.row + i) * y->width + at.column + j) * BLOCK, results[i] + shift);
      }
    }
  }
}
