// Adam (Kingma, Ba, arXiv:1412.6980).

/// Counts the step and computes 1 − β₁ᵗ and 1 − β₂ᵗ. pointer: number of steps made (counted up
/// where size[0] is 1), corrections. scalar: β₁, β₂.
KERNEL(ADAM_STEP) {
  if (in->size[0]) *in->pointer[0] += 1;
  in->pointer[1][0] = 1 - pow(in->scalar[0], *in->pointer[0]);
  in->pointer[1][1] = 1 - pow(in->scalar[1], *in->pointer[0]);
}

/// √v, from 1e-18 upwards: far below any ε that v is added to.
INLINE vf root_of(vf v) { return root_of_positive(at_least(splat(1e-36f), v)); }

/// pointer: parameter, gradient, first moment, second moment, corrections, learning rate.
/// size: count. scalar: β₁, β₂, ε.
KERNEL(ADAM) {
  const float beta1 = in->scalar[0], beta2 = in->scalar[1], epsilon = in->scalar[2];
  const float rate = *in->pointer[5] / in->pointer[4][0];
  const float inverse = 1 / sqrtf(in->pointer[4][1]);
  for (int64_t i = 0; i < in->size[0]; i += MIM_LANES) {
    vf g = load(in->pointer[1] + i);
    vf m = beta1 * load(in->pointer[2] + i) + (1 - beta1) * g;
    vf v = beta2 * load(in->pointer[3] + i) + (1 - beta2) * (g * g);
    store(in->pointer[2] + i, m);
    store(in->pointer[3] + i, v);
    vf step = quotient(rate * m, root_of(v) * inverse + epsilon);
    store(in->pointer[0] + i, load(in->pointer[0] + i) - step);
  }
}

/// The gradient divided by (its L2 norm + 1e-7) first, and ε added before the bias correction.
KERNEL(GRADIENT_NORMALISED_ADAM) {
  const float beta1 = in->scalar[0], beta2 = in->scalar[1], epsilon = in->scalar[2];
  const float *gradient = in->pointer[1];
  double square = 0;
  for (int64_t i = 0; i < in->size[0]; i++) square += (double)gradient[i] * gradient[i];
  const float scale = (float)(1 / (sqrt(square) + 1e-7));
  const float rate = *in->pointer[5] * sqrtf(in->pointer[4][1]) / in->pointer[4][0];
  for (int64_t i = 0; i < in->size[0]; i += MIM_LANES) {
    vf g = load(gradient + i) * scale;
    vf m = beta1 * load(in->pointer[2] + i) + (1 - beta1) * g;
    vf v = beta2 * load(in->pointer[3] + i) + (1 - beta2) * (g * g);
    store(in->pointer[2] + i, m);
    store(in->pointer[3] + i, v);
    store(in->pointer[0] + i, load(in->pointer[0] + i) - quotient(rate * m, root_of(v) + epsilon));
  }
}
