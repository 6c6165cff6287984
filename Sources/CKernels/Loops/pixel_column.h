// The innermost loops of pixelcnn.c.

// Registers hold COLUMN_IMAGES images by COLUMN_GROUP vectors of channels, their weights and a broadcast.
enum { COLUMN_IMAGES = 6, COLUMN_GROUP = MIM_LANES == 16 ? 4 : 2 };

// `images` images and `vectors` vectors of output channels from number `from` on, at one pixel.
INLINE void column_block(const mim_pixel_column *c, int64_t first, int64_t from, const int images,
                         const int vectors) {
  vf sums[COLUMN_IMAGES][COLUMN_GROUP];
  UNROLL for (int n = 0; n < images; n++)
    UNROLL for (int v = 0; v < vectors; v++)
      sums[n][v] = load(c->shifts + from + v * MIM_LANES);
  const float *weights = c->weights + from;
  for (int64_t tap = 0; tap < c->taps; tap++) {
    const float *input = c->input + first * c->input_stride + c->offsets[tap];
    for (int64_t channel = 0; channel < c->inputs; channel++, weights += c->outputs) {
      vf w[COLUMN_GROUP];
      UNROLL for (int v = 0; v < vectors; v++) w[v] = load(weights + v * MIM_LANES);
      UNROLL for (int n = 0; n < images; n++) {
        const vf x = splat(input[n * c->input_stride + channel]);
        UNROLL for (int v = 0; v < vectors; v++) sums[n][v] = fused(x, w[v], sums[n][v]);
      }
    }
  }
  UNROLL for (int n = 0; n < images; n++)
    UNROLL for (int v = 0; v < vectors; v++)
      store(c->output + (first + n) * c->output_stride + from + v * MIM_LANES,
            at_least(splat(0), sums[n][v]));
}

INLINE void column_images(const mim_pixel_column *c, int64_t first, const int images) {
  int64_t from = 0;
  for (; from + COLUMN_GROUP * MIM_LANES <= c->outputs; from += COLUMN_GROUP * MIM_LANES)
    column_block(c, first, from, images, COLUMN_GROUP);
  for (; from < c->outputs; from += MIM_LANES) column_block(c, first, from, images, 1);
}

KERNEL(PIXEL_COLUMN) {
  int64_t first = 0;
  for (; first + COLUMN_IMAGES <= in->images; first += COLUMN_IMAGES) column_images(in, first, COLUMN_IMAGES);
  switch (in->images - first) {
    case 5: column_images(in, first, 5); break;
    case 4: column_images(in, first, 4); break;
    case 3: column_images(in, first, 3); break;
    case 2: column_images(in, first, 2); break;
    case 1: column_images(in, first, 1); break;
  }
}
