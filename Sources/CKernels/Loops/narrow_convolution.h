// A gated convolution of an image of few channels (gray or coloured), h·sigmoid(g) for each pixel, both made and gated in
// registers: so small a sum would spend its time in writing h and g and in reading them again.

enum {
  // Pixels of a row whose h and g are in registers together (28 is twice 14).
  NARROW_PIXELS = MIM_LANES == 16 ? 14 : 6
};

/// Weights [pairs of h, taps] and [pairs of g, taps] as [blocks, taps, h's and g's block].
INLINE void pair_weights(const float *w, int64_t pairs, int64_t taps, float *paired) {
  for (int64_t o = 0; o < pairs; o++)
    for (int64_t t = 0; t < taps; t++) {
      float *place = paired + (o / BLOCK * taps + t) * 2 * BLOCK + o % BLOCK;
      place[0] = w[o * taps + t];
      place[BLOCK] = w[(pairs + o) * taps + t];
    }
}

/// An image with zeros around it: `line` floats a row.
typedef struct {
  const float *first;
  int64_t channels, height, line, kernel_height, kernel_width;
} padded_image;

/// Up to NARROW_PIXELS pixels of one register of channels, from `x` on: the results at `y`, BLOCK apart.
INLINE void gate_pixels(const padded_image *image, const float *x, const float *paired,
                        vf h_bias, vf g_bias, int64_t pixels, float *y) {
  vf h[NARROW_PIXELS], g[NARROW_PIXELS];
  UNROLL for (int p = 0; p < NARROW_PIXELS; p++) h[p] = h_bias, g[p] = g_bias;
  for (int64_t c = 0; c < image->channels; c++)
    for (int64_t u = 0; u < image->kernel_height; u++) {
      const float *row = x + (c * image->height + u) * image->line;
      for (int64_t v = 0; v < image->kernel_width; v++, paired += 2 * BLOCK) {
        const vf to_h = load(paired), to_g = load(paired + BLOCK);
        UNROLL for (int p = 0; p < NARROW_PIXELS; p++) {
          const vf pixel = splat(row[v + p]);
          h[p] = fused(pixel, to_h, h[p]);
          g[p] = fused(pixel, to_g, g[p]);
        }
      }
    }
  UNROLL for (int p = 0; p < NARROW_PIXELS; p++)
    if (p < pixels) store(y + p * BLOCK, h[p] * sigmoid_of(g[p]));
}

/// Stride 1, on part of the images. pointer: x [batch, channels, height, width], the weights of h, then of g [2·pairs,
/// channels, kernel height, kernel width], their biases or NULL, y [batch, blocks, y height, y width, 16], scratch. size:
/// batch, channels, height, width, pairs (a multiple of 16), y height, y width, kernel height, kernel width, padding,
/// the scratch's row. The scratch holds the weights and one padded image.
KERNEL(NARROW_GATED_CONVOLUTION) {
  const int64_t channels = in->size[1], height = in->size[2], width = in->size[3];
  const int64_t pairs = in->size[4], y_height = in->size[5], y_width = in->size[6];
  const int64_t padding = in->size[9], line = in->size[10];
  const int64_t taps = channels * in->size[7] * in->size[8];
  float *paired = in->pointer[4], *pixels = paired + 2 * pairs * taps;
  const padded_image image = {pixels,     channels,    height + 2 * padding, line,
                              in->size[7], in->size[8]};
  const float *bias = in->pointer[2];
  pair_weights(in->pointer[1], pairs, taps, paired);
  memset(pixels, 0, channels * image.height * line * sizeof(float));
  for (int64_t n = 0; n < in->size[0]; n++) {
    for (int64_t c = 0; c < channels; c++)
      for (int64_t i = 0; i < height; i++)
        memcpy(pixels + (c * image.height + padding + i) * line + padding,
               in->pointer[0] + ((n * channels + c) * height + i) * width, width * sizeof(float));
    float *y = in->pointer[3] + n * pairs * y_height * y_width;
    for (int64_t o = 0; o < pairs; o += MIM_LANES) {
      const vf h_bias = bias ? load(bias + o) : splat(0);
      const vf g_bias = bias ? load(bias + pairs + o) : splat(0);
      const float *w = paired + o / BLOCK * taps * 2 * BLOCK + o % BLOCK;
      float *block = y + o / BLOCK * BLOCK * y_height * y_width + o % BLOCK;
      for (int64_t i = 0; i < y_height; i++)
        for (int64_t j = 0; j < y_width; j += NARROW_PIXELS)
          gate_pixels(&image, pixels + i * line + j, w, h_bias, g_bias, y_width - j,
                      block + (i * y_width + j) * BLOCK);
    }
  }
}
