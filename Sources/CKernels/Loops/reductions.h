// Reductions over the middle of [outer, extent, inner].

INLINE float sum_of(const float *x, int64_t n) {
  vf a = splat(0), b = a, c = a, d = a;
  int64_t i = 0;
  for (; i + 4 * MIM_LANES <= n; i += 4 * MIM_LANES) {
    a += load_loose(x + i);
    b += load_loose(x + i + MIM_LANES);
    c += load_loose(x + i + 2 * MIM_LANES);
    d += load_loose(x + i + 3 * MIM_LANES);
  }
  for (; i + MIM_LANES <= n; i += MIM_LANES) a += load_loose(x + i);
  if (i < n) b += load_part(x + i, n - i);
  return total((a + b) + (c + d));
}

KERNEL(SUM) {
  const int64_t outer = in->outer, extent = in->extent, inner = in->inner;
  const float *x = in->x;
  float *y = in->y;
  for (int64_t o = 0; o < outer; o++, x += extent * inner, y += inner) {
    if (inner == 1) {
      *y = sum_of(x, extent);
      continue;
    }
    for (int64_t i = 0; i < inner; i += MIM_LANES) {
      int64_t width = inner - i < MIM_LANES ? inner - i : MIM_LANES;
      vf sum = splat(0);
      if (width == MIM_LANES) {
        for (int64_t e = 0; e < extent; e++) sum += load_loose(x + e * inner + i);
        store_loose(y + i, sum);
      } else {
        for (int64_t e = 0; e < extent; e++) sum += load_part(x + e * inner + i, width);
        store_part(y + i, sum, width);
      }
    }
  }
}

/// The place of the first least of n numbers `step` apart; NaN is passed over.
INLINE int64_t first_least(const float *x, int64_t n, int64_t step) {
  int64_t place = 0;
  float least = INFINITY;
  if (step == 1) {
    vf leasts = splat(INFINITY);
    int64_t e = 0;
    for (; e + MIM_LANES <= n; e += MIM_LANES) leasts = at_most(load_loose(x + e), leasts);
    for (int lane = 0; lane < MIM_LANES; lane++)
      if (leasts[lane] < least) least = leasts[lane];
    for (; e < n; e++)
      if (x[e] < least) least = x[e];
    while (place < n && !(x[place] <= least)) place++;
    return place < n ? place : 0;
  }
  for (int64_t e = 0; e < n; e++)
    if (x[e * step] < least) {
      least = x[e * step];
      place = e;
    }
  return place;
}

KERNEL(FIRST_LEAST) {
  const int64_t extent = in->extent, inner = in->inner;
  memset(in->y, 0, in->outer * extent * inner * sizeof(float));
  for (int64_t o = 0; o < in->outer; o++)
    for (int64_t i = 0; i < inner; i++) {
      const int64_t start = o * extent * inner + i;
      if (extent > 0) in->y[start + first_least(in->x + start, extent, inner) * inner] = 1;
    }
}

/// MIM_LANES lines of a table [outer, extent, inner], each along `extent`: line q is the i-th of block o with q = o·inner + i.
typedef struct {
  int64_t start[MIM_LANES];  // of each line
  int64_t step;              // between two elements of a line
  int64_t width;             // lines that are there
  int isSideBySide;          // whether elements of the lines lie next to each other
} Lines;

/// Of narrow tables the lines come from many blocks, so that no lane is idle; places beyond the last line repeat the first.
INLINE Lines lines_from(int64_t first, int64_t outer, int64_t extent, int64_t inner) {
  Lines lines = {.step = inner, .isSideBySide = inner >= MIM_LANES};
  int64_t left = lines.isSideBySide ? inner - first % inner : outer * inner - first;
  lines.width = left < MIM_LANES ? left : MIM_LANES;
  for (int64_t l = 0; l < MIM_LANES; l++) {
    int64_t line = l < lines.width ? first + l : first;
    lines.start[l] = line / inner * extent * inner + line % inner;
  }
  return lines;
}

INLINE vf elements(const float *x, const Lines *lines, int64_t e) {
  if (lines->isSideBySide) return load_part(x + lines->start[0] + e * lines->step, lines->width);
  float part[MIM_LANES];
  for (int64_t l = 0; l < MIM_LANES; l++) part[l] = x[lines->start[l] + e * lines->step];
  return load_loose(part);
}

INLINE void set_elements(float *y, const Lines *lines, int64_t e, vf value) {
  if (lines->isSideBySide)
    return store_part(y + lines->start[0] + e * lines->step, value, lines->width);
  float part[MIM_LANES];
  store_loose(part, value);
  for (int64_t l = 0; l < lines->width; l++) y[lines->start[l] + e * lines->step] = part[l];
}

/// The maximum and the sum of exp(x − maximum) of each line.
INLINE void exponentials(
    const float *x, const Lines *lines, int64_t extent, vf *maximum, vf *sum) {
  vf high = splat(-INFINITY);
  for (int64_t e = 0; e < extent; e++) {
    vf v = elements(x, lines, e);
    high = choose(high > v, high, v);
  }
  // An infinite maximum would make inf − inf.
  vf base = choose(absolute(high) == INFINITY, splat(0.0f), high);
  vf s = splat(0);
  for (int64_t e = 0; e < extent; e++) s += exp_of(elements(x, lines, e) - base);
  *maximum = base;
  *sum = s;
}

KERNEL(LOG_SUM_EXP) {
  const int64_t outer = in->outer, extent = in->extent, inner = in->inner;
  for (int64_t first = 0; first < outer * inner;) {
    Lines lines = lines_from(first, outer, extent, inner);
    vf maximum, sum;
    exponentials(in->x, &lines, extent, &maximum, &sum);
    store_part(in->y + first, maximum + log_of(sum), lines.width);
    first += lines.width;
  }
}

KERNEL(SOFTMAX) {
  const int64_t outer = in->outer, extent = in->extent, inner = in->inner;
  for (int64_t first = 0; first < outer * inner;) {
    Lines lines = lines_from(first, outer, extent, inner);
    vf maximum, sum;
    exponentials(in->x, &lines, extent, &maximum, &sum);
    for (int64_t e = 0; e < extent; e++)
      set_elements(in->y, &lines, e, exp_of(elements(in->x, &lines, e) - maximum) / sum);
    first += lines.width;
  }
}

/// Sets a flag where a number is NaN or infinite; never clears it.
KERNEL(CHECK_FINITE) {
  // 0·x is 0 for a finite x and NaN otherwise, and a sum keeps a NaN.
  const float *x = in->x;
  vf sum = splat(0);
  int64_t i = 0;
  for (; i + MIM_LANES <= in->count; i += MIM_LANES) sum += load(x + i) * 0.0f;
  if (i < in->count) sum += load_part(x + i, in->count - i) * 0.0f;
  if (!(total(sum) == 0)) *in->flag = 1;
}
