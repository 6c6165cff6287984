// Affine maps and their gradients on matrices stored with the batch innermost: x [in, batch],
// y [out, batch], batch a multiple of 16. A tile of TILE_ROWS results × TILE_VECTORS registers of the
// batch stays in registers while the loop runs over the depth; weights are broadcast, so
// neither packing nor remainders arise. On one core (Zen 4, AVX-512) they reach 100–117 GFLOP/s
// from depth 2 heads of width 50 up to 1024 × 500 × 500, where oneDNN's dnnl_sgemm does as well but takes
// 1–16 µs a call on small sizes and allocates: so a plan always uses them on such matrices.

#if MIM_LANES == 16
enum { TILE_ROWS = 6, TILE_VECTORS = 4 };
#elif MIM_LANES == 8
enum { TILE_ROWS = 4, TILE_VECTORS = 2 };
#else
enum { TILE_ROWS = 2, TILE_VECTORS = 4 };
#endif
enum { BATCH_MULTIPLE = 16, MAX_SOURCES = 4 };

/// One product A·X of a sum: A(r, k) = a[r·row_step + k·depth_step], X [depth, batch].
typedef struct {
  const float *a, *x;
  int64_t row_step, depth_step, depth;
} source;

INLINE void accumulate(
    const int rows, const int vectors, const source *from, int64_t row, int64_t column,
    int64_t batch, vf sum[TILE_ROWS][TILE_VECTORS]) {
  const float *a = from->a + row * from->row_step, *x = from->x + column;
  for (int64_t k = 0; k < from->depth; k++, a += from->depth_step, x += batch) {
    vf value[TILE_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) value[v] = load(x + v * MIM_LANES);
    UNROLL for (int r = 0; r < rows; r++) {
      vf weight = splat(a[r * from->row_step]);
      UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = fused(weight, value[v], sum[r][v]);
    }
  }
}

/// The derivative of an activation from its output y.
INLINE vf activation_slope(vf y, int64_t code) {
  return code == 1   ? 1.0f - y * y
         : code == 2 ? choose(y <= 0.0f, splat(0.0f), splat(1.0f))
         : code == 3 ? y * (1.0f - y)
                     : splat(1.0f);
}

/// What a strip of results is made of and what is done to it.
typedef struct {
  source from[MAX_SOURCES];
  int64_t sources, batch, activation;
  const float *bias;   // [rows] or NULL
  const float *slope;  // the activation's output, whose derivative multiplies; or NULL
  float *result;
} columns_task;

INLINE void tile(
    const int rows, const int vectors, const int64_t activation, const columns_task *task,
    int64_t row, int64_t column) {
  vf sum[TILE_ROWS][TILE_VECTORS];
  UNROLL for (int r = 0; r < rows; r++) {
    vf start = splat(task->bias ? task->bias[row + r] : 0);
    UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = start;
  }
  for (int64_t s = 0; s < task->sources; s++)
    accumulate(rows, vectors, &task->from[s], row, column, task->batch, sum);
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < vectors; v++) {
      int64_t at = (row + r) * task->batch + column + v * MIM_LANES;
      vf y = sum[r][v];
      if (task->slope)
        y *= activation_slope(load(task->slope + at), activation);
      else
        y = activation_of(y, activation);
      store(task->result + at, y);
    }
  }
}

#define NEVER_INLINE static __attribute__((noinline))

#define STRIP(VECTORS, ACTIVATION, NAME)                                                 \
  NEVER_INLINE void NAME(const columns_task *task, int64_t rows, int64_t column) {       \
    int64_t row = 0;                                                                     \
    for (; row + TILE_ROWS <= rows; row += TILE_ROWS)                                    \
      tile(TILE_ROWS, VECTORS, ACTIVATION, task, row, column);                           \
    for (; TILE_ROWS > 4 && row + 4 <= rows; row += 4)                                   \
      tile(4 < TILE_ROWS ? 4 : TILE_ROWS, VECTORS, ACTIVATION, task, row, column);       \
    for (; row + 2 <= rows; row += 2) tile(2, VECTORS, ACTIVATION, task, row, column);   \
    for (; row < rows; row++) tile(1, VECTORS, ACTIVATION, task, row, column);           \
  }

#define STRIPS(ACTIVATION)                                                               \
  STRIP(TILE_VECTORS, ACTIVATION, wide_strip_##ACTIVATION)                               \
  STRIP(BATCH_MULTIPLE / MIM_LANES, ACTIVATION, narrow_strip_##ACTIVATION)               \
  NEVER_INLINE void columns_##ACTIVATION(const columns_task *task, int64_t rows) {       \
    int64_t column = 0;                                                                  \
    for (; column + TILE_VECTORS * MIM_LANES <= task->batch;                             \
         column += TILE_VECTORS * MIM_LANES)                                             \
      wide_strip_##ACTIVATION(task, rows, column);                                       \
    for (; column < task->batch; column += BATCH_MULTIPLE)                               \
      narrow_strip_##ACTIVATION(task, rows, column);                                     \
  }

STRIPS(0)
STRIPS(1)
STRIPS(2)
STRIPS(3)

INLINE void run_columns(const columns_task *task, int64_t rows) {
  switch (task->activation) {
    case 0: columns_0(task, rows); break;
    case 1: columns_1(task, rows); break;
    case 2: columns_2(task, rows); break;
    default: columns_3(task, rows); break;
  }
}

/// y [out, batch] = activation(W·x [in, batch] + b).
/// pointer: x, W, b, y. size: batch, in, out, activation.
KERNEL(AFFINE_COLUMNS) {
  columns_task task = {
      .from = {{in->pointer[1], in->pointer[0], in->size[1], 1, in->size[1]}},
      .sources = 1,
      .batch = in->size[0],
      .activation = in->size[3],
      .bias = in->pointer[2],
      .result = in->pointer[3]};
  run_columns(&task, in->size[2]);
}

/// dx [in, batch] = Σ over heads Wᵀ·dy [out, batch], times the derivative of the activation that
/// made x (pointer[1] is x then, else NULL).
/// pointer: dx, x, then dy and W of each head. size: batch, in, activation, heads, out of each.
KERNEL(INPUT_GRADIENT_COLUMNS) {
  columns_task task = {
      .sources = in->size[3],
      .batch = in->size[0],
      .activation = in->size[2],
      .slope = in->pointer[1],
      .result = in->pointer[0]};
  for (int64_t s = 0; s < task.sources; s++)
    task.from[s] = (source){
        in->pointer[3 + 2 * s], in->pointer[2 + 2 * s], 1, in->size[1], in->size[4 + s]};
  run_columns(&task, in->size[1]);
}
