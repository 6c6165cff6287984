// The gradient of an affine map's weights on matrices with the batch innermost: dot products over the
// batch, for tiles of DOTS × DOTS results.

enum { DOTS = 4 };

#if MIM_LANES == 16
#define LOW_HALVES(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#define HIGH_HALVES(a, b) \
  __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
#define LOW_QUARTERS(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define HIGH_QUARTERS(a, b) \
  __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
#define LOW_PAIRS(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29)
#define HIGH_PAIRS(a, b) \
  __builtin_shufflevector(a, b, 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31)
#define EVENS(a, b) \
  __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define ODDS(a, b) \
  __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)

/// The lane sums of sixteen vectors in one: pairs are added and packed, four times.
INLINE vf sixteen_totals(vf x[16]) {
  vf a[8], b[4];
  UNROLL for (int i = 0; i < 8; i++)
    a[i] = LOW_HALVES(x[2 * i], x[2 * i + 1]) + HIGH_HALVES(x[2 * i], x[2 * i + 1]);
  UNROLL for (int i = 0; i < 4; i++)
    b[i] = LOW_QUARTERS(a[2 * i], a[2 * i + 1]) + HIGH_QUARTERS(a[2 * i], a[2 * i + 1]);
  vf c = LOW_PAIRS(b[0], b[1]) + HIGH_PAIRS(b[0], b[1]);
  vf d = LOW_PAIRS(b[2], b[3]) + HIGH_PAIRS(b[2], b[3]);
  return EVENS(c, d) + ODDS(c, d);
}
#endif

/// A row of dW: where its dy row and its results lie.
typedef struct {
  const float *dy;
  float *dw;
} weight_row;

/// rows × columns dot products of dy rows and x rows.
INLINE void dots(
    const int rows, const int columns, const weight_row *row, const float *x, int64_t batch,
    int64_t at) {
  vf sum[DOTS * DOTS];
  UNROLL for (int i = 0; i < DOTS * DOTS; i++) sum[i] = splat(0);
  for (int64_t b = 0; b < batch; b += MIM_LANES) {
    vf value[DOTS];
    UNROLL for (int c = 0; c < columns; c++) value[c] = load(x + c * batch + b);
    UNROLL for (int r = 0; r < rows; r++) {
      vf factor = load(row[r].dy + b);
      UNROLL for (int c = 0; c < columns; c++)
        sum[r * columns + c] = fused(factor, value[c], sum[r * columns + c]);
    }
  }
#if MIM_LANES == 16
  if (rows * columns >= 8) {
    vf all = sixteen_totals(sum);
    UNROLL for (int i = 0; i < rows * columns; i++) row[i / columns].dw[at + i % columns] = all[i];
    return;
  }
#endif
  UNROLL for (int i = 0; i < rows * columns; i++)
    row[i / columns].dw[at + i % columns] = total(sum[i]);
}

INLINE void dots_strip(
    const int rows, const weight_row *row, const float *x, int64_t batch, int64_t inputs) {
  int64_t i = 0;
  for (; i + DOTS <= inputs; i += DOTS) dots(rows, DOTS, row, x + i * batch, batch, i);
  for (; i + 2 <= inputs; i += 2) dots(rows, 2, row, x + i * batch, batch, i);
  for (; i < inputs; i++) dots(rows, 1, row, x + i * batch, batch, i);
}

/// The sum of each row of dy.
INLINE void row_sums(const float *dy, int64_t batch, int64_t rows, float *db) {
  int64_t j = 0;
#if MIM_LANES == 16
  for (; j + 16 <= rows; j += 16) {
    vf sum[16];
    UNROLL for (int r = 0; r < 16; r++) sum[r] = load(dy + (j + r) * batch);
    for (int64_t b = MIM_LANES; b < batch; b += MIM_LANES)
      UNROLL for (int r = 0; r < 16; r++) sum[r] += load(dy + (j + r) * batch + b);
    store_loose(db + j, sixteen_totals(sum));
  }
#endif
  for (; j < rows; j++) db[j] = sum_of(dy + j * batch, batch);
}

/// dW [out, in] = dy [out, batch]·xᵀ and db [out] = the row sums of dy, for heads that share x.
/// pointer: x, then dy, dW, db of each head (a result may be NULL: not wanted).
/// size: batch, in, heads, out of each.
KERNEL(WEIGHT_GRADIENT_COLUMNS) {
  const int64_t batch = in->size[0], inputs = in->size[1], heads = in->size[2];
  weight_row row[DOTS];
  int waiting = 0;
  for (int64_t head = 0; head < heads; head++) {
    const float *dy = in->pointer[1 + 3 * head];
    float *dw = in->pointer[2 + 3 * head], *db = in->pointer[3 + 3 * head];
    if (db) row_sums(dy, batch, in->size[3 + head], db);
    for (int64_t j = 0; dw && j < in->size[3 + head]; j++) {
      row[waiting++] = (weight_row){dy + j * batch, dw + j * inputs};
      if (waiting < DOTS) continue;
      dots_strip(DOTS, row, in->pointer[0], batch, inputs);
      waiting = 0;
    }
  }
  int done = 0;
  if (waiting >= 2) dots_strip(2, row, in->pointer[0], batch, inputs), done = 2;
  if (waiting > done) dots_strip(1, row + done, in->pointer[0], batch, inputs);
}
