// Vectors of MIM_LANES floats, written with clang's vector extension so that one source serves every
// instruction set.
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
// The body of a kernel; `in` is the struct of operands that MIM_KERNELS names for it.
#define KERNEL(name) static void run_##name(const mim_operands_of_##name *in)

typedef float vf __attribute__((vector_size(4 * MIM_LANES)));
typedef int32_t vi __attribute__((vector_size(4 * MIM_LANES)));
typedef uint32_t vu __attribute__((vector_size(4 * MIM_LANES)));
typedef float float4 __attribute__((vector_size(16)));
typedef float vf_loose __attribute__((vector_size(4 * MIM_LANES), aligned(4)));

// x − 0 is x for every x, so this is one broadcast.
INLINE vf splat(float x) { return x - (vf){0}; }
INLINE vf load(const float *p) { return *(const vf *)p; }
INLINE void store(float *p, vf x) { *(vf *)p = x; }
INLINE vf load_loose(const float *p) { return *(const vf_loose *)p; }
INLINE void store_loose(float *p, vf x) { *(vf_loose *)p = x; }
INLINE vf choose(vi mask, vf a, vf b) { return (vf)((mask & (vi)a) | (~mask & (vi)b)); }
/// The larger and the smaller; a NaN in x is kept, one in the bound is not.
INLINE vf at_least(vf bound, vf x) { return choose(bound > x, bound, x); }
INLINE vf at_most(vf bound, vf x) { return choose(bound < x, bound, x); }
INLINE vf absolute(vf x) { return (vf)((vi)x & 0x7fffffff); }

/// Whether a comparison holds in any lane.
INLINE int any_lane(vi mask) {
#if MIM_LANES == 16
  return _mm512_test_epi32_mask((__m512i)mask, (__m512i)mask) != 0;
#elif MIM_LANES == 8
  return _mm256_movemask_ps((__m256)mask) != 0;
#elif defined(__SSE2__)
  return _mm_movemask_ps((__m128)mask) != 0;
#else
  return (mask[0] | mask[1] | mask[2] | mask[3]) != 0;
#endif
}

/// a·b + c; one instruction where the processor has it.
INLINE vf fused(vf a, vf b, vf c) {
#pragma STDC FP_CONTRACT ON
  return a * b + c;
}

/// a/b for a normal, finite b, within 2 ulp: where a division costs as much as fourteen products, one
/// Newton step from the processor's estimate of 1/b. A division of eight lanes costs as much as the two steps
/// that an estimate of 12 bits would need, and runs beside the products.
INLINE vf quotient(vf a, vf b) {
#if MIM_LANES == 16
  vf r = (vf)_mm512_rcp14_ps((__m512)b);
  return a * fused(r, fused(-b, r, splat(1.0f)), r);
#else
  return a / b;
#endif
}

/// √x for a positive, normal, finite x, within 2 ulp.
INLINE vf root_of_positive(vf x) {
#if MIM_LANES == 16
  vf r = (vf)_mm512_rsqrt14_ps((__m512)x), y = x * r;
  return fused(0.5f * r, fused(-y, y, x), y);
#else
  return __builtin_elementwise_sqrt(x);
#endif
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
#if MIM_LANES == 16
  vf y = x + __builtin_shufflevector(
                 x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  float4 z = __builtin_shufflevector(y, y, 0, 1, 2, 3) + __builtin_shufflevector(y, y, 4, 5, 6, 7);
#elif MIM_LANES == 8
  float4 z = __builtin_shufflevector(x, x, 0, 1, 2, 3) + __builtin_shufflevector(x, x, 4, 5, 6, 7);
#else
  float4 z = x;
#endif
  z += __builtin_shufflevector(z, z, 2, 3, 0, 1);
  return z[0] + z[1];
}
