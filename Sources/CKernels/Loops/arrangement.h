// Copies and moves.

/// pointer: result. size: count. scalar: the value.
KERNEL(FILL) {
  for (int64_t i = 0; i < in->size[0]; i++) in->pointer[0][i] = in->scalar[0];
}

/// pointer: source, target. size: blocks, block length, source stride and offset, target stride
/// and offset.
KERNEL(COPY_BLOCKS) {
  const int64_t *s = in->size;
  for (int64_t i = 0; i < s[0]; i++)
    memcpy(
        in->pointer[1] + i * s[4] + s[5], in->pointer[0] + i * s[2] + s[3],
        s[1] * sizeof(float));
}

/// pointer: x, result. size: number of matrices, rows, columns of x.
KERNEL(TRANSPOSE) {
  const int64_t rows = in->size[1], columns = in->size[2];
  for (int64_t m = 0; m < in->size[0]; m++) {
    const float *x = in->pointer[0] + m * rows * columns;
    float *y = in->pointer[1] + m * rows * columns;
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

/// pointer: table, indices, result. size: rows of the table, row length, number of indices.
KERNEL(GATHER) {
  const int64_t length = in->size[1];
  for (int64_t i = 0; i < in->size[2]; i++)
    memcpy(
        in->pointer[2] + i * length,
        in->pointer[0] + row_number(in->pointer[1][i], in->size[0]) * length,
        length * sizeof(float));
}

/// As GATHER, the result transposed: [row length, number of indices]. Sixteen rows at a time, so
/// that whole cache lines are written, and the next sixteen are on their way meanwhile.
KERNEL(GATHER_TRANSPOSED) {
  const int64_t length = in->size[1], n = in->size[2];
  const float *row[16], *next[16];
  for (int64_t i = 0; i < 16 && i < n; i++)
    next[i] = in->pointer[0] + row_number(in->pointer[1][i], in->size[0]) * length;
  for (int64_t first = 0; first < n; first += 16) {
    const int64_t width = n - first < 16 ? n - first : 16;
    memcpy(row, next, sizeof row);
    for (int64_t i = first + 16; i < first + 32 && i < n; i++) {
      const float *line = in->pointer[0] + row_number(in->pointer[1][i], in->size[0]) * length;
      next[i - first - 16] = line;
      for (int64_t j = 0; j < length; j += 16) __builtin_prefetch(line + j);
    }
    for (int64_t j = 0; j < length; j++) {
      float *target = in->pointer[2] + j * n + first;
      for (int64_t i = 0; i < width; i++) target[i] = row[i][j];
    }
  }
}

/// pointer: rows, indices, table. size: as GATHER.
KERNEL(SCATTER) {
  const int64_t length = in->size[1];
  memset(in->pointer[2], 0, in->size[0] * length * sizeof(float));
  for (int64_t i = 0; i < in->size[2]; i++) {
    float *row = in->pointer[2] + row_number(in->pointer[1][i], in->size[0]) * length;
    for (int64_t j = 0; j < length; j++) row[j] += in->pointer[0][i * length + j];
  }
}
