// The tiles of blocked images that Winograd's algorithm works on.

enum {
  TILE_STEP = 4,
  MOST_WEIGHTS = 5,
  MOST_TILE = MOST_WEIGHTS + TILE_STEP - 1,
  FLOATS_PER_LINE = 16
};

/// Blocked images [blocks, height, width, BLOCK], cut into tiles.
typedef struct {
  float *first;
  int64_t blocks, height, width;
} tiled_images;

/// Where an image's channels from `channel` on lie.
INLINE float *block_of(const tiled_images *images, int64_t image, int64_t channel) {
  const int64_t block = image * images->blocks + channel / BLOCK;
  return images->first + block * images->height * images->width * BLOCK + channel % BLOCK;
}

/// The tiles of a call: as many a column and a row as the results need, image after image.
typedef struct {
  int64_t down, across, count;
} tile_grid;

INLINE tile_grid grid_of(int64_t images, int64_t height, int64_t width) {
  const int64_t down = (height + TILE_STEP - 1) / TILE_STEP;
  const int64_t across = (width + TILE_STEP - 1) / TILE_STEP;
  return (tile_grid){down, across, images * down * across};
}

/// How many of a tile's results lie in an image.
INLINE int64_t step_at(int64_t from, int64_t extent) {
  return extent - from < TILE_STEP ? extent - from : TILE_STEP;
}

/// The pixels along one edge of a tile: where each lies in a row, and all bits set if it is inside
/// the image.
typedef struct {
  int64_t row, column, offset[MOST_TILE];
  vi inside[MOST_TILE];
  int is_whole;
} tile_pixels;

/// The `extent`² pixels from (row, column) on. Nothing is looked up a pixel where all lie inside.
INLINE void find_pixels(const tiled_images *images, int64_t row, int64_t column, const int extent,
                        tile_pixels *p) {
  p->row = row, p->column = column;
  p->is_whole = row >= 0 && column >= 0 && row + extent <= images->height &&
                column + extent <= images->width;
  if (p->is_whole) return;
  for (int j = 0; j < extent; j++) {
    const int is_inside = column + j >= 0 && column + j < images->width;
    p->offset[j] = is_inside ? (column + j) * BLOCK : 0;
    p->inside[j] = (vi){0} - is_inside;
  }
}

/// Row i of them of a block, one register of channels each; zeros outside the image.
INLINE void load_pixels(const tiled_images *images, const tile_pixels *p, const int is_whole,
                        const float *block, int64_t i, const int extent, vf *pixels) {
  const int64_t row = p->row + i;
  const float *line = block + row * images->width * BLOCK;
  if (is_whole) {
    UNROLL for (int j = 0; j < extent; j++) pixels[j] = load(line + (p->column + j) * BLOCK);
  } else if (row < 0 || row >= images->height) {
    UNROLL for (int j = 0; j < extent; j++) pixels[j] = splat(0);
  } else {
    UNROLL for (int j = 0; j < extent; j++)
      pixels[j] = (vf)((vi)load(line + p->offset[j]) & p->inside[j]);
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

/// Numbers at the points: `step` from one point to the next, [tiles, channels] at each. The step is
/// odd in cache lines, so that the points of a tile don't share a set of the cache.
typedef struct {
  float *first;
  int64_t channels, step;
} tile_points;

INLINE tile_points points_at(float *first, int64_t tiles, int64_t channels) {
  return (tile_points){first, channels, tiles * channels + FLOATS_PER_LINE};
}

/// Asks for some channels of a tile's own pixels, to read or to write them soon, while products are
/// made.
INLINE void prefetch_tile(const tiled_images *images, const tile_grid *grid, int64_t tile,
                          int64_t channel, int64_t channels, const int writes) {
  if (tile >= grid->count) return;
  const tile_place at = place_of(grid, tile);
  const int64_t down = step_at(at.row, images->height);
  const int64_t across = step_at(at.column, images->width);
  for (int64_t c = channel; c < channel + channels; c += BLOCK)
    for (int64_t i = 0; i < down; i++) {
      const int64_t first = (at.row + i) * images->width + at.column;
      const float *line = block_of(images, at.image, c) + first * BLOCK;
      for (int64_t j = 0; j < across; j += FLOATS_PER_LINE / BLOCK)
        if (writes)
          __builtin_prefetch(line + j * BLOCK, 1, 2);
        else
          __builtin_prefetch(line + j * BLOCK, 0, 2);
    }
}
