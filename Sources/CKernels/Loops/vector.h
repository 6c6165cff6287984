// Vectors of MIM_LANES floats, written with clang's vector extension so that one source serves every
// instruction set.
#define INLINE static inline __attribute__((always_inline))
#define KERNEL(name) static void run_##name(const mim_instruction *in)

typedef float vf __attribute__((vector_size(4 * MIM_LANES)));
typedef int32_t vi __attribute__((vector_size(4 * MIM_LANES)));
typedef uint32_t vu __attribute__((vector_size(4 * MIM_LANES)));
typedef uint64_t vl __attribute__((vector_size(8 * MIM_LANES)));
typedef float vf_loose __attribute__((vector_size(4 * MIM_LANES), aligned(4)));

INLINE vf splat(float x) { return (vf){0} + x; }
INLINE vf load(const float *p) { return *(const vf *)p; }
INLINE void store(float *p, vf x) { *(vf *)p = x; }
INLINE vf load_loose(const float *p) { return *(const vf_loose *)p; }
INLINE void store_loose(float *p, vf x) { *(vf_loose *)p = x; }
INLINE vf choose(vi mask, vf a, vf b) { return (vf)((mask & (vi)a) | (~mask & (vi)b)); }
INLINE vf larger(vf a, vf b) { return choose(a > b, a, b); }
INLINE vf smaller(vf a, vf b) { return choose(a < b, a, b); }
INLINE vf absolute(vf x) { return (vf)((vi)x & 0x7fffffff); }

/// a·b + c; one instruction where the processor has it.
INLINE vf fused(vf a, vf b, vf c) {
#pragma STDC FP_CONTRACT ON
  return a * b + c;
}

/// The first n < MIM_LANES floats, zeros behind them.
INLINE vf load_part(const float *p, int64_t n) {
  float lanes[MIM_LANES] __attribute__((aligned(4 * MIM_LANES))) = {0};
  memcpy(lanes, p, n * sizeof(float));
  return load(lanes);
}
INLINE void store_part(float *p, vf x, int64_t n) {
  float lanes[MIM_LANES] __attribute__((aligned(4 * MIM_LANES)));
  store(lanes, x);
  memcpy(p, lanes, n * sizeof(float));
}

/// The sum of all lanes, by halves.
INLINE float total(vf x) {
  float lanes[MIM_LANES] __attribute__((aligned(4 * MIM_LANES)));
  store(lanes, x);
  for (int width = MIM_LANES / 2; width; width /= 2)
    for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
  return lanes[0];
}
