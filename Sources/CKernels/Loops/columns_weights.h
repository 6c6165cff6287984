// The gradient of an affine map's weights on matrices with the batch innermost: dot products over the
// batch, for tiles of DOTS × DOTS results.

enum { DOTS = 4, ROWS_BESIDE_FOUR = MIM_LANES == 16 ? 4 : 2 };

// Shuffles inside quarters of four lanes, and of whole quarters: all of them one instruction.
#if MIM_LANES == 16
#define FIRST_PAIRS(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define SECOND_PAIRS(a, b) \
  __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define EVENS(a, b) \
  __builtin_shufflevector(a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30)
#define ODDS(a, b) \
  __builtin_shufflevector(a, b, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31)
#define LOW_HALVES(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#define HIGH_HALVES(a, b) \
  __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
#define EVEN_QUARTERS(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define ODD_QUARTERS(a, b) \
  __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
#elif MIM_LANES == 8
#define FIRST_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define SECOND_PAIRS(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define EVENS(a, b) __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14)
#define ODDS(a, b) __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15)
#define LOW_HALVES(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define HIGH_HALVES(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
#else
#define FIRST_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 1, 4, 5)
#define SECOND_PAIRS(a, b) __builtin_shufflevector(a, b, 2, 3, 6, 7)
#define EVENS(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6)
#define ODDS(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7)
#endif

/// In each quarter the sums of that quarter of x[0], x[1], x[2] and x[3].
INLINE vf quarter_totals(const vf x[4]) {
  vf a = FIRST_PAIRS(x[0], x[1]) + SECOND_PAIRS(x[0], x[1]);
  vf b = FIRST_PAIRS(x[2], x[3]) + SECOND_PAIRS(x[2], x[3]);
  return EVENS(a, b) + ODDS(a, b);
}

/// The lane sums of MIM_LANES vectors in one: quarters are added and packed until each vector has one left.
INLINE vf totals(const vf x[MIM_LANES]) {
#if MIM_LANES == 4
  return quarter_totals(x);
#else
  vf quarters[4];
  UNROLL for (int i = 0; i < 4; i++) {
    quarters[i] = LOW_HALVES(x[i], x[i + 4]) + HIGH_HALVES(x[i], x[i + 4]);
#if MIM_LANES == 16
    vf above = LOW_HALVES(x[i + 8], x[i + 12]) + HIGH_HALVES(x[i + 8], x[i + 12]);
    quarters[i] = EVEN_QUARTERS(quarters[i], above) + ODD_QUARTERS(quarters[i], above);
#endif
  }
  return quarter_totals(quarters);
#endif
}

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
  if (2 * rows * columns < MIM_LANES) {
    UNROLL for (int i = 0; i < rows * columns; i++)
      row[i / columns].dw[at + i % columns] = total(sum[i]);
    return;
  }
  UNROLL for (int first = 0; first < rows * columns; first += MIM_LANES) {
    vf all = totals(sum + first);
    UNROLL for (int i = 0; i < MIM_LANES && first + i < rows * columns; i++)
      row[(first + i) / columns].dw[at + (first + i) % columns] = all[i];
  }
}

INLINE void dots_strip(
    const int rows, const weight_row *row, const float *x, int64_t batch, int64_t inputs) {
  const int beside = rows < ROWS_BESIDE_FOUR ? rows : ROWS_BESIDE_FOUR;
  int64_t i = 0;
  for (; i + DOTS <= inputs; i += DOTS)
    UNROLL for (int r = 0; r < rows; r += beside)
      dots(beside, DOTS, row + r, x + i * batch, batch, i);
  for (; i + 2 <= inputs; i += 2) dots(rows, 2, row, x + i * batch, batch, i);
  for (; i < inputs; i++) dots(rows, 1, row, x + i * batch, batch, i);
}

/// The sum of each row of dy.
INLINE void row_sums(const float *dy, int64_t batch, int64_t rows, float *db) {
  int64_t j = 0;
  for (; j + MIM_LANES <= rows; j += MIM_LANES) {
    vf sum[MIM_LANES];
    UNROLL for (int r = 0; r < MIM_LANES; r++) sum[r] = load(dy + (j + r) * batch);
    for (int64_t b = MIM_LANES; b < batch; b += MIM_LANES)
      UNROLL for (int r = 0; r < MIM_LANES; r++) sum[r] += load(dy + (j + r) * batch + b);
    store_loose(db + j, totals(sum));
  }
  for (; j < rows; j++) db[j] = sum_of(dy + j * batch, batch);
}

/// dW [out, in] = dy [out, batch]·xᵀ and db [out] = the row sums of dy, for heads that share x.
KERNEL(WEIGHT_GRADIENT_COLUMNS) {
  const int64_t batch = in->batch, inputs = in->inputs, heads = in->heads;
  weight_row row[DOTS];
  int waiting = 0;
  for (int64_t head = 0; head < heads; head++) {
    const float *dy = in->head[head].dy;
    float *dw = in->head[head].dw, *db = in->head[head].db;
    const int64_t outputs = in->head[head].outputs;
    if (db) row_sums(dy, batch, outputs, db);
    for (int64_t j = 0; dw && j < outputs; j++) {
      row[waiting++] = (weight_row){dy + j * batch, dw + j * inputs};
      if (waiting < DOTS) continue;
      dots_strip(DOTS, row, in->x, batch, inputs);
      waiting = 0;
    }
  }
  int done = 0;
  if (waiting >= 2) dots_strip(2, row, in->x, batch, inputs), done = 2;
  if (waiting > done) dots_strip(1, row + done, in->x, batch, inputs);
}
