// Functions of one array.

#define UNARY(NAME, expression)                             \
  KERNEL(NAME) {                                            \
    const float *source = in->x;                            \
    float *target = in->y;                                  \
    const float first = in->first, second = in->second;     \
    (void)first, (void)second;                              \
    for (int64_t i = 0; i < in->count; i += MIM_LANES) {    \
      vf x = load(source + i);                              \
      store(target + i, expression);                        \
    }                                                       \
  }

INLINE vf sqrt_of(vf x) { return __builtin_elementwise_sqrt(x); }

UNARY(SCALED, x *first + second)
UNARY(EXP, exp_of(x))
UNARY(LOG, log_of(x))
UNARY(TANH, tanh_of(x))
UNARY(SIGMOID, sigmoid_of(x))
UNARY(SOFTPLUS, softplus_of(x))
UNARY(RELU, relu_of(x))
UNARY(SWISH, x *sigmoid_of(x))
UNARY(SQUARE, x *x)
UNARY(SQRT, sqrt_of(x))
UNARY(ABS, absolute(x))
UNARY(FLOOR, __builtin_elementwise_floor(x))
UNARY(RECIPROCAL, 1.0f / x)
UNARY(HARDTANH, at_least(splat(first), at_most(splat(second), x)))

#define UNARY_GRADIENT(NAME, expression)                    \
  KERNEL(NAME) {                                            \
    const float *source = in->x;                            \
    const float *gradient = in->outer;                      \
    float *target = in->result;                             \
    const float first = in->first, second = in->second;     \
    (void)first, (void)second;                              \
    for (int64_t i = 0; i < in->count; i += MIM_LANES) {    \
      vf x = load(source + i), outer = load(gradient + i);  \
      store(target + i, expression);                        \
    }                                                       \
  }

INLINE vf swish_gradient_of(vf x) {
  vf s = sigmoid_of(x);
  return s * (1.0f + x * (1.0f - s));
}

UNARY_GRADIENT(TANH_GRADIENT, outer *(1.0f - x * x))
UNARY_GRADIENT(SIGMOID_GRADIENT, outer *x *(1.0f - x))
UNARY_GRADIENT(SOFTPLUS_GRADIENT, outer *sigmoid_of(x))
UNARY_GRADIENT(RELU_GRADIENT, choose(x <= 0.0f, splat(0.0f), outer))
UNARY_GRADIENT(SWISH_GRADIENT, outer *swish_gradient_of(x))
UNARY_GRADIENT(SQUARE_GRADIENT, outer *x * 2.0f)
UNARY_GRADIENT(SQRT_GRADIENT, outer * 0.5f / x)
UNARY_GRADIENT(
    ABS_GRADIENT, choose(x > 0.0f, outer, choose(x < 0.0f, -outer, splat(0.0f))))
UNARY_GRADIENT(RECIPROCAL_GRADIENT, -outer * x * x)
UNARY_GRADIENT(HARDTANH_GRADIENT, choose((x > first) & (x < second), outer, splat(0.0f)))
