// Products with W ⊙ M where M is 0 over whole blocks, which are passed over: of a masked autoencoder's weights about half.

/// The panel's W ⊙ M of a run, dense: `rows` rows of `columns`.
INLINE void masked_block(
    const float *weights, const float *mask, int64_t stride, int64_t rows, int64_t columns,
    float *restrict block) {
  for (int64_t i = 0; i < rows; i++)
    for (int64_t j = 0; j < columns; j++)
      block[i * columns + j] = weights[i * stride + j] * mask[i * stride + j];
}

/// The panel's columns of y [batch, outputs] = x·(W ⊙ M)ᵀ + b.
KERNEL(MASKED_AFFINE) {
  const int64_t batch = in->batch, rows = in->count, outputs = in->outputs;
  float *y = in->result + in->first;
  for (int64_t i = 0; i < batch; i++)
    memcpy(y + i * outputs, in->bias + in->first, rows * sizeof(float));
  for (int64_t r = 0; r < in->run_count; r++) {
    const mim_block_run run = in->runs[r];
    const int64_t place = in->first * in->inputs + run.first;
    const float *weights = in->weights + place;
    int64_t stride = in->inputs;
    if (run.masked) {
      masked_block(weights, in->mask + place, stride, rows, run.count, in->scratch);
      weights = in->scratch;
      stride = run.count;
    }
    product(
        0, 1, batch, rows, run.count, in->x + run.first, weights, 1.0f, y,
        (row_strides){in->inputs, stride, outputs});
  }
}

/// The panel's columns of dx [batch, inputs] = dy·(W ⊙ M).
KERNEL(MASKED_INPUT_GRADIENT) {
  const int64_t batch = in->batch, columns = in->count, inputs = in->inputs;
  float *dx = in->result + in->first;
  for (int64_t i = 0; i < batch; i++) memset(dx + i * inputs, 0, columns * sizeof(float));
  for (int64_t r = 0; r < in->run_count; r++) {
    const mim_block_run run = in->runs[r];
    const int64_t place = run.first * inputs + in->first;
    const float *weights = in->weights + place;
    int64_t stride = inputs;
    if (run.masked) {
      masked_block(weights, in->mask + place, stride, run.count, columns, in->scratch);
      weights = in->scratch;
      stride = columns;
    }
    product(
        0, 0, batch, columns, run.count, in->dy + run.first, weights, 1.0f, dx,
        (row_strides){in->outputs, stride, inputs});
  }
}

/// The panel's rows of dW [outputs, inputs] = (dyᵀ·x) ⊙ M.
KERNEL(MASKED_WEIGHT_GRADIENT) {
  const int64_t inputs = in->inputs, rows = in->count;
  float *dw = in->result + in->first * inputs;
  int64_t next = 0;
  for (int64_t r = 0; r <= in->run_count; r++) {
    const mim_block_run run =
        r < in->run_count ? in->runs[r] : (mim_block_run){.first = inputs};
    if (run.first > next)
      for (int64_t i = 0; i < rows; i++)
        memset(dw + i * inputs + next, 0, (run.first - next) * sizeof(float));
    next = run.first + run.count;
    product(
        1, 0, rows, run.count, in->batch, in->dy + in->first, in->x + run.first, 0.0f,
        dw + run.first, (row_strides){in->outputs, inputs, inputs});
    if (!run.masked) continue;
    const float *mask = in->mask + in->first * inputs + run.first;
    for (int64_t i = 0; i < rows; i++)
      for (int64_t j = 0; j < run.count; j++)
        dw[i * inputs + run.first + j] *= mask[i * inputs + j];
  }
}
