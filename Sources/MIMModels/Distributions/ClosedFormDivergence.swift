import MIMTensor

/// KL(q ‖ p) per coordinate in nats where a pair of families has a closed form. A further pair is one line in `table`.
public enum ClosedFormDivergence {
  private typealias Rule =
    @Sendable (
      _ q: any Distribution, _ p: any Distribution, _ z: Tensor
    ) -> Tensor?

  private static let table: [Rule] = [
    pair(DiagonalGaussian.self, DiagonalGaussian.self) { q, p, _ in
      q.divergencePerUnit(fromMean: p.location, deviation: p.scale)
    },
    pair(DiagonalGaussian.self, StandardNormal.self) { q, p, _ in
      guard let mean = p.mean, let deviation = p.standardDeviation else { return nil }
      return q.divergencePerUnit(fromMean: mean, deviation: deviation)
    },
    pair(DiagonalGaussian.self, AutoregressiveNormal.self) { q, p, _ in
      p.divergencePerUnit(of: q)
    },
    pair(HeldClass.self, HeldClass.self) { $0.divergencePerUnit(from: $1, at: $2) },
    pair(HierarchicalDistribution.self, HierarchicalDistribution.self) {
      levelByLevel($0, $1, at: $2)
    },
  ]

  /// KL(q ‖ p), `[batch, event]`; nil where no unit has a closed form. Of codes in levels, that of a level is taken at the codes
  /// `z` of those above it, and levels without a closed form have NaN.
  public static func perUnit(
    _ q: any Distribution, from p: any Distribution, at z: Tensor
  ) -> Tensor? {
    for rule in table {
      if let divergence = rule(q, p, z) { return divergence }
    }
    return nil
  }

  private static func pair<Q: Distribution & SendableMetatype, P: Distribution & SendableMetatype>(
    _ first: Q.Type, _ second: P.Type,
    _ divergence: @escaping @Sendable (Q, P, Tensor) -> Tensor?
  ) -> Rule {
    { q, p, z in
      guard let q = q as? Q, let p = p as? P else { return nil }
      return divergence(q, p, z)
    }
  }

  private static func levelByLevel(
    _ q: HierarchicalDistribution, _ p: HierarchicalDistribution, at z: Tensor
  ) -> Tensor? {
    let (own, others) = (q.levels(at: z), p.levels(at: z))
    let known = zip(own, others).map {
      perUnit($0.distribution, from: $1.distribution, at: $0.value)
    }
    guard known.contains(where: { $0 != nil }) else { return nil }
    let parts = zip(own, known).map { level, divergence in
      divergence
        ?? z.graph.constant(HostArray(repeating: .nan, shape: level.value.shape))
    }
    return z.graph.concatenate(parts, axis: 1)
  }
}
