// Images with their channels in blocks, as many as a register holds: [batch, blocks, pixels, BLOCK], zeros behind the
// last channel.
enum { BLOCK = MIM_LANES };

/// Part of the channels of plain images put into whole blocks.
/// pointer: x, result. size: batch, channels, pixels, batch stride of x and of the result.
KERNEL(TO_BLOCKS) {
  const int64_t channels = in->size[1], pixels = in->size[2];
  for (int64_t n = 0; n < in->size[0]; n++)
    for (int64_t first = 0; first < channels; first += BLOCK) {
      const int64_t width = channels - first < BLOCK ? channels - first : BLOCK;
      const float *x = in->pointer[0] + n * in->size[3] + first * pixels;
      float *y = in->pointer[1] + n * in->size[4] + first * pixels;
      for (int64_t p = 0; p < pixels; p++, y += BLOCK) {
        for (int64_t c = 0; c < width; c++) y[c] = x[c * pixels + p];
        for (int64_t c = width; c < BLOCK; c++) y[c] = 0;
      }
    }
}

/// The other way round. pointer: x, result. size: batch, channels, pixels, batch stride of x and of
/// the result.
KERNEL(FROM_BLOCKS) {
  const int64_t channels = in->size[1], pixels = in->size[2];
  for (int64_t n = 0; n < in->size[0]; n++)
    for (int64_t c = 0; c < channels; c++) {
      const float *x =
          in->pointer[0] + n * in->size[3] + (c / BLOCK) * BLOCK * pixels + c % BLOCK;
      float *y = in->pointer[1] + n * in->size[4] + c * pixels;
      for (int64_t p = 0; p < pixels; p++) y[p] = x[p * BLOCK];
    }
}

/// h·sigmoid(g), line by line. pointer: h, g, result. size: lines, length, strides of h, g and result.
KERNEL(GATE) {
  const int64_t length = in->size[1];
  for (int64_t o = 0; o < in->size[0]; o++) {
    const float *h = in->pointer[0] + o * in->size[2], *g = in->pointer[1] + o * in->size[3];
    float *y = in->pointer[2] + o * in->size[4];
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

/// pointer: h, g, outer gradient, gradients of h and g. size: lines, length, strides of the five.
KERNEL(GATE_GRADIENT) {
  const int64_t length = in->size[1];
  for (int64_t o = 0; o < in->size[0]; o++) {
    const float *h = in->pointer[0] + o * in->size[2], *g = in->pointer[1] + o * in->size[3];
    const float *outer = in->pointer[2] + o * in->size[4];
    float *to_h = in->pointer[3] + o * in->size[5], *to_g = in->pointer[4] + o * in->size[6];
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
/// middle itself unless it is kept. pointer: W, result. size: kernels, height, width, keep middle.
KERNEL(MASK) {
  const int64_t area = in->size[1] * in->size[2];
  const int64_t kept = in->size[1] / 2 * in->size[2] + in->size[2] / 2 + (in->size[3] != 0);
  for (int64_t k = 0; k < in->size[0]; k++)
    for (int64_t i = 0; i < area; i++)
      in->pointer[1][k * area + i] = i < kept ? in->pointer[0][k * area + i] : 0;
}
