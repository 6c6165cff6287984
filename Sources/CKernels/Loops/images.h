// Images with their channels in blocks, as many as a register holds: [batch, blocks, pixels, BLOCK], zeros behind the
// last channel.
enum { BLOCK = MIM_LANES };

/// Part of the channels of plain images put into whole blocks.
KERNEL(TO_BLOCKS) {
  const int64_t channels = in->channels, pixels = in->pixels;
  for (int64_t n = 0; n < in->batch; n++)
    for (int64_t first = 0; first < channels; first += BLOCK) {
      const int64_t width = channels - first < BLOCK ? channels - first : BLOCK;
      const float *x = in->x + n * in->x_stride + first * pixels;
      float *y = in->y + n * in->y_stride + first * pixels;
      for (int64_t p = 0; p < pixels; p++, y += BLOCK) {
        for (int64_t c = 0; c < width; c++) y[c] = x[c * pixels + p];
        for (int64_t c = width; c < BLOCK; c++) y[c] = 0;
      }
    }
}

/// The other way round.
KERNEL(FROM_BLOCKS) {
  const int64_t channels = in->channels, pixels = in->pixels;
  for (int64_t n = 0; n < in->batch; n++)
    for (int64_t c = 0; c < channels; c++) {
      const float *x =
          in->x + n * in->x_stride + (c / BLOCK) * BLOCK * pixels + c % BLOCK;
      float *y = in->y + n * in->y_stride + c * pixels;
      for (int64_t p = 0; p < pixels; p++) y[p] = x[p * BLOCK];
    }
}

/// h·sigmoid(g), line by line.
KERNEL(GATE) {
  const int64_t length = in->length;
  for (int64_t o = 0; o < in->lines; o++) {
    const float *h = in->h + o * in->h_stride, *g = in->g + o * in->g_stride;
    float *y = in->y + o * in->y_stride;
    int64_t i = 0;
    for (; i + MIM_LANES <= length; i += MIM_LANES)
      store_loose(y + i, load_loose(h + i) * sigmoid_of(load_loose(g + i)));
    if (i < length) {
      const int64_t rest = length - i;
      store_part(y + i, load_part(h + i, rest) * sigmoid_of(load_part(g + i, rest)), rest);
    }
  }
}

INLINE void gate_gradient(vf h, vf g, vf outer, vf *to_h, vf *to_g) {
  vf s = sigmoid_of(g);
  *to_h = outer * s;
  *to_g = *to_h * (h * (1.0f - s));
}

KERNEL(GATE_GRADIENT) {
  const int64_t length = in->length;
  for (int64_t o = 0; o < in->lines; o++) {
    const float *h = in->h + o * in->h_stride, *g = in->g + o * in->g_stride;
    const float *outer = in->outer + o * in->outer_stride;
    float *to_h = in->to_h + o * in->to_h_stride, *to_g = in->to_g + o * in->to_g_stride;
    int64_t i = 0;
    vf a, b;
    for (; i + MIM_LANES <= length; i += MIM_LANES) {
      gate_gradient(load_loose(h + i), load_loose(g + i), load_loose(outer + i), &a, &b);
      store_loose(to_h + i, a), store_loose(to_g + i, b);
    }
    if (i < length) {
      const int64_t rest = length - i;
      gate_gradient(
          load_part(h + i, rest), load_part(g + i, rest), load_part(outer + i, rest), &a, &b);
      store_part(to_h + i, a, rest), store_part(to_g + i, b, rest);
    }
  }
}

/// Zeroes the weights that a mask forbids: behind the middle of the kernel in row-major order, and the
/// middle itself unless it is kept.
KERNEL(MASK) {
  const int64_t area = in->height * in->width;
  const int64_t kept = in->height / 2 * in->width + in->width / 2 + in->keeps_middle;
  for (int64_t k = 0; k < in->kernels; k++)
    for (int64_t i = 0; i < area; i++)
      in->result[k * area + i] = i < kept ? in->weights[k * area + i] : 0;
}
