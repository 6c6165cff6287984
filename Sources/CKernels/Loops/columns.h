// Affine maps and their gradients on matrices stored with the batch innermost: x [in, batch],
// y [out, batch], batch a multiple of 16. A tile of TILE_ROWS results × TILE_VECTORS registers of the
// batch stays in registers while the loop runs over the depth; weights are broadcast, so
// neither packing nor remainders arise. On one core (Zen 4) they reach 100–117 GFLOP/s with
// AVX-512 and 95–112 with AVX2, from heads of width 50 up to 1024 × 500 × 500, where oneDNN's dnnl_sgemm does as well but takes
// 1–16 µs a call on small sizes and allocates: so a plan always uses them on such matrices.

#if MIM_LANES == 16
enum { TILE_ROWS = 6, TILE_VECTORS = 4 };
#elif MIM_LANES == 8
enum { TILE_ROWS = 6, TILE_VECTORS = 2 };
#else
enum { TILE_ROWS = 2, TILE_VECTORS = 4 };
#endif
enum { BATCH_MULTIPLE = 16, MAX_SOURCES = MIM_HEADS };
// A tile of one or two rows is wider, so that enough sums are on their way at once.
enum { FEW_ROWS = 2, FEW_ROWS_VECTORS = 4 };
// Whether activations are taken in a loop of their own, right after a tile: its numbers then stay in registers, where
// a tile's sums leave no room for them. With 32 registers they do.
enum { ACTIVATES_APART = MIM_LANES < 16 };
// Up to this depth x stays in the first-level cache while all rows pass by.
enum { SHALLOW = 64 };

/// One product A·X of a sum: A(r, k) = a[r·row_step + k·depth_step], X [depth, batch].
typedef struct {
  const float *a, *x;
  int64_t row_step, depth_step, depth;
} source;

INLINE void accumulate(
    const int rows, const int vectors, const source *from, int64_t row, int64_t column,
    int64_t batch, vf sum[TILE_ROWS][FEW_ROWS_VECTORS]) {
  const float *a = from->a + row * from->row_step, *x = from->x + column;
  for (int64_t k = 0; k < from->depth; k++, a += from->depth_step, x += batch) {
    vf value[FEW_ROWS_VECTORS];
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
  vf sum[TILE_ROWS][FEW_ROWS_VECTORS];
  UNROLL for (int r = 0; r < rows; r++) {
    vf start = splat(task->bias ? task->bias[row + r] : 0);
    UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = start;
  }
  for (int64_t s = 0; s < task->sources; s++)
    accumulate(rows, vectors, &task->from[s], row, column, task->batch, sum);
  // Copied, as a store could have changed the task for all that the compiler knows.
  const int64_t batch = task->batch, first = row * batch + column;
  const float *slope = task->slope;
  float *result = task->result;
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < vectors; v++) {
      const int64_t at = first + r * batch + v * MIM_LANES;
      vf y = sum[r][v];
      if (slope)
        y *= activation_slope(load(slope + at), activation);
      else if (!ACTIVATES_APART)
        y = activation_of(y, activation);
      store(result + at, y);
    }
  }
}

/// The activation of some rows of results, right after their tiles.
INLINE void activate_rows(
    const int64_t activation, const columns_task *task, int64_t row, int64_t rows, int64_t column,
    int64_t end) {
  if (!ACTIVATES_APART || activation == 0 || task->slope) return;
  const int64_t batch = task->batch;
  for (int64_t r = row; r < row + rows; r++)
    for (float *y = task->result + r * batch + column; y < task->result + r * batch + end;
         y += MIM_LANES)
      store(y, activation_of(load(y), activation));
}

#define NEVER_INLINE static __attribute__((noinline))

#define TILES(ROWS, VECTORS, ACTIVATION)                                                 \
  for (int64_t at = column; at < end; at += VECTORS * MIM_LANES)                         \
  tile(ROWS, VECTORS, ACTIVATION, task, row, at)

/// Columns from `column` to `end` in tiles of at most TILE_ROWS rows. The rows are shared out evenly, as a last
/// tile of one or two would take as long as one of four: its few sums wait for one another.
#define STRIP(VECTORS, ACTIVATION, NAME)                                                 \
  NEVER_INLINE void NAME(                                                                \
      const columns_task *task, int64_t rows, int64_t column, int64_t end) {             \
    const int64_t tiles = (rows + TILE_ROWS - 1) / TILE_ROWS;                            \
    const int64_t share = tiles ? rows / tiles : 0, longer = rows - tiles * share;       \
    int64_t row = 0;                                                                     \
    for (int64_t t = 0; t < tiles; t++) {                                                \
      const int64_t height = share + (t < longer);                                       \
      switch (height) {                                                                  \
        case 6: TILES(6, VECTORS, ACTIVATION); break;                                    \
        case 5: TILES(5, VECTORS, ACTIVATION); break;                                    \
        case 4: TILES(4, VECTORS, ACTIVATION); break;                                    \
        case 3: TILES(3, VECTORS, ACTIVATION); break;                                    \
        case 2: TILES(2, VECTORS, ACTIVATION); break;                                    \
        default: TILES(1, VECTORS, ACTIVATION); break;                                   \
      }                                                                                  \
      activate_rows(ACTIVATION, task, row, height, column, end);                         \
      row += height;                                                                     \
    }                                                                                    \
  }

#define FEW_ROWS_STRIP(ACTIVATION, NAME)                                                 \
  NEVER_INLINE void NAME(                                                                \
      const columns_task *task, int64_t rows, int64_t column, int64_t end) {             \
    const int64_t row = 0;                                                               \
    if (rows == FEW_ROWS) TILES(FEW_ROWS, FEW_ROWS_VECTORS, ACTIVATION);                 \
    if (rows == 1) TILES(1, FEW_ROWS_VECTORS, ACTIVATION);                               \
    activate_rows(ACTIVATION, task, row, rows, column, end);                             \
  }

#define STRIPS(ACTIVATION)                                                               \
  FEW_ROWS_STRIP(ACTIVATION, few_rows_strip_##ACTIVATION)                                \
  STRIP(TILE_VECTORS, ACTIVATION, wide_strip_##ACTIVATION)                               \
  STRIP(BATCH_MULTIPLE / MIM_LANES, ACTIVATION, narrow_strip_##ACTIVATION)               \
  NEVER_INLINE void columns_##ACTIVATION(                                                \
      const columns_task *task, int64_t rows, int64_t depth) {                           \
    const int is_few = rows <= FEW_ROWS;                                                 \
    const int64_t width = (is_few ? FEW_ROWS_VECTORS : TILE_VECTORS) * MIM_LANES;        \
    const int64_t whole = task->batch / width * width;                                   \
    const int64_t step = depth <= SHALLOW ? whole : width;                               \
    for (int64_t column = 0; column < whole; column += step)                             \
      (is_few ? few_rows_strip_##ACTIVATION : wide_strip_##ACTIVATION)(                  \
          task, rows, column, column + step);                                            \
    if (whole < task->batch) narrow_strip_##ACTIVATION(task, rows, whole, task->batch);  \
  }

STRIPS(0)
STRIPS(1)
STRIPS(2)
STRIPS(3)

INLINE void run_columns(const columns_task *task, int64_t rows) {
  int64_t depth = 0;
  for (int64_t s = 0; s < task->sources; s++) depth += task->from[s].depth;
  switch (task->activation) {
    case 0: columns_0(task, rows, depth); break;
    case 1: columns_1(task, rows, depth); break;
    case 2: columns_2(task, rows, depth); break;
    default: columns_3(task, rows, depth); break;
  }
}

/// y [out, batch] = activation(W·x [in, batch] + b).
KERNEL(AFFINE_COLUMNS) {
  columns_task task = {
      .from = {{in->weights, in->x, in->inputs, 1, in->inputs}},
      .sources = 1,
      .batch = in->batch,
      .activation = in->activation,
      .bias = in->bias,
      .result = in->y};
  run_columns(&task, in->outputs);
}

/// dx [in, batch] = Σ over heads Wᵀ·dy [out, batch], times the derivative of the activation that
/// made x.
KERNEL(INPUT_GRADIENT_COLUMNS) {
  columns_task task = {
      .sources = in->heads,
      .batch = in->batch,
      .activation = in->activation,
      .slope = in->x,
      .result = in->dx};
  for (int64_t s = 0; s < task.sources; s++)
    task.from[s] = (source){
        in->head[s].weights, in->head[s].dy, 1, in->inputs, in->head[s].outputs};
  run_columns(&task, in->inputs);
}
