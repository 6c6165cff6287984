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

/// The maximum and the sum of exp(x − maximum) over one strided line, MIM_LANES lines at once.
INLINE void exponentials(
    const float *x, int64_t extent, int64_t inner, int64_t width, vf *maximum, vf *sum) {
  vf high = splat(-INFINITY);
  for (int64_t e = 0; e < extent; e++) {
    vf v = load_part(x + e * inner, width);
    high = choose(high > v, high, v);
  }
  // An infinite maximum would make inf − inf.
  vf base = choose(absolute(high) == INFINITY, splat(0.0f), high);
  vf s = splat(0);
  for (int64_t e = 0; e < extent; e++) s += exp_of(load_part(x + e * inner, width) - base);
  *maximum = base;
  *sum = s;
}

KERNEL(LOG_SUM_EXP) {
  const int64_t outer = in->outer, extent = in->extent, inner = in->inner;
  for (int64_t o = 0; o < outer; o++)
    for (int64_t i = 0; i < inner; i += MIM_LANES) {
      int64_t width = inner - i < MIM_LANES ? inner - i : MIM_LANES;
      vf maximum, sum;
      exponentials(
          in->x + o * extent * inner + i, extent, inner, width, &maximum, &sum);
      store_part(in->y + o * inner + i, maximum + log_of(sum), width);
    }
}

KERNEL(SOFTMAX) {
  const int64_t outer = in->outer, extent = in->extent, inner = in->inner;
  for (int64_t o = 0; o < outer; o++)
    for (int64_t i = 0; i < inner; i += MIM_LANES) {
      int64_t width = inner - i < MIM_LANES ? inner - i : MIM_LANES;
      const float *x = in->x + o * extent * inner + i;
      float *y = in->y + o * extent * inner + i;
      vf maximum, sum;
      exponentials(x, extent, inner, width, &maximum, &sum);
      for (int64_t e = 0; e < extent; e++)
        store_part(
            y + e * inner, exp_of(load_part(x + e * inner, width) - maximum) / sum, width);
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
