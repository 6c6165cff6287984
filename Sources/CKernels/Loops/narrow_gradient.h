// The gradient of a convolution's input where that has few channels (a gray or coloured image):
// a blocked form would compute a whole block of them. dx[c, y + u − p, x + v − p] += Σ_o W[o, c, u, v]·dy[o, y, x], with the
// pixels of a row in the lanes, so dy is transposed a strip at a time.

enum { STRIP = 32, STRIP_VECTORS = STRIP / MIM_LANES, MOST_TAPS = 7 };

typedef struct {
  int64_t outputs;     // channels of dy, a multiple of BLOCK
  int64_t weight_step; // from one output's weights to the next's
  const float *strip;  // [outputs, STRIP]
} narrow_source;

/// Adds to `row` what `taps` neighbouring weights of a kernel's row give.
INLINE void add_taps(const int taps, const narrow_source *from, const float *w, float *row) {
  vf sum[MOST_TAPS][STRIP_VECTORS];
  UNROLL for (int t = 0; t < taps; t++) UNROLL for (int v = 0; v < STRIP_VECTORS; v++)
    sum[t][v] = splat(0);
  const float *dy = from->strip;
  for (int64_t o = 0; o < from->outputs; o++, dy += STRIP, w += from->weight_step) {
    vf value[STRIP_VECTORS];
    UNROLL for (int v = 0; v < STRIP_VECTORS; v++) value[v] = load(dy + v * MIM_LANES);
    UNROLL for (int t = 0; t < taps; t++) {
      vf weight = splat(w[t]);
      UNROLL for (int v = 0; v < STRIP_VECTORS; v++) sum[t][v] = fused(weight, value[v], sum[t][v]);
    }
  }
  UNROLL for (int t = 0; t < taps; t++) UNROLL for (int v = 0; v < STRIP_VECTORS; v++) {
    float *place = row + t + v * MIM_LANES;
    store_loose(place, load_loose(place) + sum[t][v]);
  }
}

INLINE void add_kernel_row(const narrow_source *from, const float *w, int64_t width, float *row) {
  int64_t t = 0;
  for (; t + MOST_TAPS <= width; t += MOST_TAPS) add_taps(MOST_TAPS, from, w + t, row + t);
  for (; t + 5 <= width; t += 5) add_taps(5, from, w + t, row + t);
  for (; t + 3 <= width; t += 3) add_taps(3, from, w + t, row + t);
  for (; t < width; t++) add_taps(1, from, w + t, row + t);
}

/// A block of channels of up to STRIP pixels, transposed; zeros behind the last pixel.
INLINE void transpose_strip(const float *dy, int64_t pixels, float *strip) {
  for (int64_t c = 0; c < BLOCK; c++) {
    for (int64_t x = 0; x < pixels; x++) strip[c * STRIP + x] = dy[x * BLOCK + c];
    for (int64_t x = pixels; x < STRIP; x++) strip[c * STRIP + x] = 0;
  }
}

/// Stride 1. The scratch holds a strip and one padded image.
KERNEL(NARROW_INPUT_GRADIENT) {
  const int64_t outputs = in->outputs, y_height = in->y_height, y_width = in->y_width;
  const int64_t channels = in->channels, height = in->height, width = in->width;
  const int64_t rows = in->kernel_height, columns = in->kernel_width, padding = in->padding;
  const int64_t line = in->line;
  float *strip = own_scratch(in->scratch, in->scratch_count), *image = strip + outputs * STRIP;
  const narrow_source from = {outputs, channels * rows * columns, strip};
  for (int64_t n = 0; n < in->images; n++) {
    const float *dy = in->dy + n * outputs * y_height * y_width;
    memset(image, 0, channels * height * line * sizeof(float));
    for (int64_t y = 0; y < y_height; y++)
      for (int64_t x = 0; x < y_width; x += STRIP) {
        const int64_t pixels = y_width - x < STRIP ? y_width - x : STRIP;
        for (int64_t o = 0; o < outputs; o += BLOCK)
          transpose_strip(
              dy + (o * y_height + y * BLOCK) * y_width + x * BLOCK, pixels, strip + o * STRIP);
        for (int64_t c = 0; c < channels; c++)
          for (int64_t u = 0; u < rows; u++) {
            const int64_t row = y + u - padding;
            if (row < 0 || row >= height) continue;
            add_kernel_row(
                &from, in->weights + (c * rows + u) * columns, columns,
                image + (c * height + row) * line + x);
          }
      }
    for (int64_t r = 0; r < channels * height; r++)
      memcpy(
          in->dx + (n * channels * height + r) * width, image + r * line + padding,
          width * sizeof(float));
  }
}
