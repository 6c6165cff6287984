#include "umap.h"

#include "wide_doubles.h"

#define INLINE static inline __attribute__((always_inline))

typedef float Floats __attribute__((ext_vector_type(8)));
typedef int32_t Integers __attribute__((ext_vector_type(8)));

// Points that push at a time when one draws: umap-learn's negative_sample_rate.
enum { LANES = 8, PUSHING = 5 };
// No coordinate moves further at a time, in steps.
static const float FARTHEST = 4;
// Keeps the push of a point that is very near finite.
static const float NEAREST = 0.001f;

// Raises positive numbers to a power, by logarithm and exponential to the base 2, to a few units in the last place: atanh's series on
// [√½, √2), Taylor's on [−½, ½].
INLINE void raise_to(float power, Floats *numbers) {
  Integers bits = (Integers)*numbers, exponent = (bits - 0x3f3504f3) >> 23;
  Floats mantissa = (Floats)(bits - (exponent << 23));
  Floats t = (mantissa - 1.0f) / (mantissa + 1.0f), s = t * t;
  Floats y = __builtin_convertvector(exponent, Floats) +
             t * (2.88539008f + s * (0.961796694f + s * (0.577078016f + s * 0.412198583f)));
  y = __builtin_elementwise_max(__builtin_elementwise_min(y * power, (Floats)126.0f), (Floats)-126.0f);
  // Adding this number leaves no room for a fraction.
  Floats whole = (y + 12582912.0f) - 12582912.0f, f = y - whole;
  Floats fraction =
      1.0f +
      f * (0.693147181f +
           f * (0.240226507f +
                f * (0.0555041087f +
                     f * (0.00961812911f + f * (0.00133335581f + f * 0.000154035304f)))));
  *numbers = fraction * (Floats)((__builtin_convertvector(whole, Integers) + 127) << 23);
}

INLINE uint64_t mix(uint64_t number) {
  number += 0x9e3779b97f4a7c15u;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9u;
  number = (number ^ (number >> 27)) * 0x94d049bb133111ebu;
  return number ^ (number >> 31);
}

uint64_t mim_umap_mix(uint64_t number) { return mix(number); }

// A pair is seen as often in all epochs as its weight says, at even intervals.
INLINE bool is_due(float share, int64_t epoch) {
  return (int64_t)((double)share * (double)epoch) > (int64_t)((double)share * (double)(epoch - 1));
}

INLINE void move(const mim_umap_epoch *e, size_t i, const size_t dimensions, float *moved, float *draws) {
  float own[3];
  for (size_t j = 0; j < dimensions; j++) own[j] = e->points[i * dimensions + j];
  uint64_t state = mix(e->key ^ (uint64_t)i);
  const Integers lane = {0, 1, 2, 3, 4, 5, 6, 7};
  const Integers is_drawn = lane == 0;
  for (int64_t entry = e->offsets[i]; entry < e->offsets[i + 1]; entry++) {
    if (!is_due(e->shares[entry], e->epoch)) continue;
    size_t others[LANES];
    others[0] = (size_t)e->columns[entry];
    for (int k = 1; k < PUSHING + 1; k += 2) {
      const uint64_t bits = mix(state++);
      others[k] = (size_t)(((bits & 0xffffffffu) * e->reference_count) >> 32);
      others[k + 1] = (size_t)(((bits >> 32) * e->reference_count) >> 32);
    }
    for (int k = PUSHING + 1; k < LANES; k++) others[k] = others[0];
    Floats d[3], squared = {0};
#pragma clang loop unroll(full)
    for (size_t j = 0; j < dimensions; j++) {
#pragma clang loop unroll(full)
      for (int k = 0; k < LANES; k++) d[j][k] = e->reference[others[k] * dimensions + j];
      d[j] = own[j] - d[j];
      squared += d[j] * d[j];
    }
    Floats power = squared;
    raise_to(e->b, &power);
    Floats numerator = is_drawn ? -2.0f * e->a * e->b * power : (Floats)(2.0f * e->b);
    Floats below = (is_drawn ? squared : squared + NEAREST) * (1.0f + e->a * power);
    Floats slope = squared > 0.0f ? numerator / below : (Floats)0.0f;
#pragma clang loop unroll(full)
    for (size_t j = 0; j < dimensions; j++) {
      Floats steps = __builtin_elementwise_max(
          __builtin_elementwise_min(slope * d[j], (Floats)FARTHEST), (Floats)-FARTHEST);
      float sum = steps[0];
      if (draws) draws[(size_t)(e->slots[i] + entry - e->offsets[i]) * dimensions + j] = -e->rate * sum;
      for (int k = 1; k <= PUSHING; k++) sum += steps[k];
      own[j] += e->rate * sum;
    }
  }
  for (size_t j = 0; j < dimensions; j++) moved[j] = own[j];
}

FOR_EVERY_SET(void, mim_umap_move,
              (const mim_umap_epoch *epoch, size_t first, size_t step, size_t count, float *moved,
               float *draws),
              (epoch, first, step, count, moved, draws)) {
#define CASE(n)                                                                            \
  if (epoch->dimensions == n)                                                              \
    for (size_t m = 0; m < count; m++) move(epoch, first + m * step, n, moved + m * n, draws)
  CASE(1);
  CASE(2);
  CASE(3);
#undef CASE
}

void mim_umap_draw(const mim_umap_epoch *e, size_t first, size_t step, size_t count,
                   const float *draws, float *points) {
  for (size_t i = first, m = 0; m < count; m++, i += step)
    for (int64_t entry = e->offsets[i]; entry < e->offsets[i + 1]; entry++) {
      if (!is_due(e->shares[entry], e->epoch)) continue;
      const float *by = draws + (size_t)(e->slots[i] + entry - e->offsets[i]) * e->dimensions;
      float *point = points + (size_t)e->columns[entry] * e->dimensions;
      for (size_t j = 0; j < e->dimensions; j++) point[j] += by[j];
    }
}

FOR_EVERY_SET(void, mim_sparse_products,
              (const int64_t *offsets, const int32_t *columns, const double *values,
               const double *vectors, size_t begin, size_t end, double *result),
              (offsets, columns, values, vectors, begin, end, result)) {
  for (size_t i = begin; i < end; i++) {
    Vector sum = {0};
    for (int64_t e = offsets[i]; e < offsets[i + 1]; e++)
      sum += values[e] * LOAD(vectors + (size_t)columns[e] * WIDTH);
    STORE(result + i * WIDTH, sum);
  }
}
