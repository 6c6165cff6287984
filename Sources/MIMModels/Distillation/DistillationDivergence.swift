import MIMTensor

/// What a student that draws values one given another, x_t = z_t s_t + μ_t, loses against a teacher's conditionals, in nats.
enum DistillationDivergence {
  /// The floor of log σ in the closed form (Ping, Peng and Chen 2019, arXiv:1807.07281; their released code has −6).
  static let leastLogScale: Float = -6

  /// KL(N(m, e^l) ‖ N(m', e^l')) for each value, with both log-scales at least −6 (equation 5).
  static func normal(
    mean: Tensor, logScale: Tensor, teacherMean: Tensor, teacherLogScale: Tensor
  ) -> Tensor {
    func bounded(_ value: Tensor) -> Tensor {
      value.maximum(value.graph.scalar(leastLogScale))
    }
    let (own, other) = (bounded(logScale), bounded(teacherLogScale))
    let spread = (own * 2).exp() + (teacherMean - mean).square()
    return other - own + (spread * (other * -2).exp() - 1) * 0.5
  }

  /// (l − l')² for each value: keeps the scales together where both are far from each other (equation 8).
  static func scales(_ logScale: Tensor, _ teacherLogScale: Tensor) -> Tensor {
    (logScale - teacherLogScale).square()
  }

  /// E over several draws z' of −Σ_t log p_T(z'_t s_t + μ_t | x before t), `[batch]` (van den Oord et al. 2018, arXiv:1711.10433,
  /// equation 10): the teacher's conditionals are those at one x.
  static func crossEntropy(
    _ teacher: Conditionals, mean: Tensor, logScale: Tensor, noise: [Tensor]
  ) -> Tensor {
    let scale = logScale.exp()
    let each = noise.map { teacher.logDensity(of: $0 * scale + mean) }
    return each.dropFirst().reduce(each[0], +) * (-1 / Float(each.count))
  }
}
