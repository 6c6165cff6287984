// Copies and moves.

KERNEL(FILL) {
  for (int64_t i = 0; i < in->count; i++) in->target[i] = in->value;
}

KERNEL(COPY_BLOCKS) {
  for (int64_t i = 0; i < in->blocks; i++)
    memcpy(
        in->target + i * in->target_stride + in->target_offset,
        in->source + i * in->source_stride + in->source_offset, in->length * sizeof(float));
}

KERNEL(TRANSPOSE) {
  const int64_t rows = in->rows, columns = in->columns;
  for (int64_t m = 0; m < in->matrices; m++) {
    const float *x = in->x + m * rows * columns;
    float *y = in->y + m * rows * columns;
    for (int64_t block = 0; block < rows; block += 16) {
      int64_t end = block + 16 < rows ? block + 16 : rows;
      for (int64_t j = 0; j < columns; j++)
        for (int64_t i = block; i < end; i++) y[j * rows + i] = x[i * columns + j];
    }
  }
}

INLINE int64_t row_number(float index, int64_t rows) {
  return index >= rows - 1 ? rows - 1 : index > 0 ? (int64_t)index : 0;
}

KERNEL(GATHER) {
  const int64_t length = in->length;
  for (int64_t i = 0; i < in->count; i++)
    memcpy(
        in->result + i * length,
        in->table + row_number(in->indices[i], in->rows) * length,
        length * sizeof(float));
}

/// As GATHER, the result transposed: [row length, number of indices]. Sixteen rows at a time, so
/// that whole cache lines are written, and the next sixteen are on their way meanwhile.
KERNEL(GATHER_TRANSPOSED) {
  const int64_t length = in->length, n = in->count;
  const float *row[16], *next[16];
  for (int64_t i = 0; i < 16 && i < n; i++)
    next[i] = in->table + row_number(in->indices[i], in->rows) * length;
  for (int64_t first = 0; first < n; first += 16) {
    const int64_t width = n - first < 16 ? n - first : 16;
    memcpy(row, next, sizeof row);
    for (int64_t i = first + 16; i < first + 32 && i < n; i++) {
      const float *line = in->table + row_number(in->indices[i], in->rows) * length;
      next[i - first - 16] = line;
      for (int64_t j = 0; j < length; j += 16) __builtin_prefetch(line + j);
    }
    for (int64_t j = 0; j < length; j++) {
      float *target = in->result + j * n + first;
      for (int64_t i = 0; i < width; i++) target[i] = row[i][j];
    }
  }
}

KERNEL(SCATTER) {
  const int64_t length = in->length;
  memset(in->table, 0, in->rows * length * sizeof(float));
  for (int64_t i = 0; i < in->count; i++) {
    float *row = in->table + row_number(in->indices[i], in->rows) * length;
    for (int64_t j = 0; j < length; j++) row[j] += in->source[i * length + j];
  }
}
