// Adam (Kingma, Ba, arXiv:1412.6980).

/// Counts the step and computes 1 − β₁ᵗ and 1 − β₂ᵗ.
KERNEL(ADAM_STEP) {
  if (in->counts) *in->steps += 1;
  in->corrections[0] = 1 - pow(in->beta1, *in->steps);
  in->corrections[1] = 1 - pow(in->beta2, *in->steps);
}

/// √v, from 1e-18 upwards: far below any ε that v is added to.
INLINE vf root_of(vf v) { return root_of_positive(at_least(splat(1e-36f), v)); }

KERNEL(ADAM) {
  const float beta1 = in->beta1, beta2 = in->beta2, epsilon = in->epsilon;
  const float rate = *in->learning_rate / in->corrections[0];
  const float inverse = 1 / sqrtf(in->corrections[1]);
  for (int64_t i = 0; i < in->count; i += MIM_LANES) {
    vf g = load(in->gradient + i);
    vf m = beta1 * load(in->first_moment + i) + (1 - beta1) * g;
    vf v = beta2 * load(in->second_moment + i) + (1 - beta2) * (g * g);
    store(in->first_moment + i, m);
    store(in->second_moment + i, v);
    vf step = quotient(rate * m, root_of(v) * inverse + epsilon);
    store(in->parameter + i, load(in->parameter + i) - step);
  }
}

/// The gradient divided by (its L2 norm + 1e-7) first, and ε added before the bias correction.
KERNEL(GRADIENT_NORMALISED_ADAM) {
  const float beta1 = in->beta1, beta2 = in->beta2, epsilon = in->epsilon;
  const float *gradient = in->gradient;
  double square = 0;
  for (int64_t i = 0; i < in->count; i++) square += (double)gradient[i] * gradient[i];
  const float scale = (float)(1 / (sqrt(square) + 1e-7));
  const float rate = *in->learning_rate * sqrtf(in->corrections[1]) / in->corrections[0];
  for (int64_t i = 0; i < in->count; i += MIM_LANES) {
    vf g = load(gradient + i) * scale;
    vf m = beta1 * load(in->first_moment + i) + (1 - beta1) * g;
    vf v = beta2 * load(in->second_moment + i) + (1 - beta2) * (g * g);
    store(in->first_moment + i, m);
    store(in->second_moment + i, v);
    store(in->parameter + i, load(in->parameter + i) - quotient(rate * m, root_of(v) + epsilon));
  }
}
