import MIMTensor

/// How a student learns from a teacher.
public struct DistillationOptions: Sendable, Hashable {
  /// Fresh draws of each value beside one draw of those before it, where the teacher's conditionals are not a normal each.
  public var draws = 4
  /// The weight of (log σ − log σ')² beside the closed form of normals.
  public var scales = 0.0

  /// With every default.
  public init() {}
}

/// A student under a teacher, as a model whose −log p(x) is KL(student ‖ teacher) of a draw of the student, whatever the x: what trains
/// densities then distils one. The teacher's arrays are numbers that no gradient reaches.
struct DistillationModel: LatentVariableModel {
  let student: DensityModel
  /// Nil: the loss is log q(x) of the student's draw alone, for what a step costs without knowing the teacher.
  let teacher: Teacher?
  let options: DistillationOptions

  /// A density with its arrays.
  struct Teacher {
    let density: any DataDensity
    let parameters: [String: HostArray<Float>]
  }

  var parameters: [ParameterDeclaration] { student.parameters }
  var layers: [LayerDescription] { student.layers }
  var isAutoregressive: Bool { false }
  var pixelDecoder: PixelDecoder? { nil }
  var vampPrior: VampPrior? { nil }
  var decoderMarginal: DecoderMarginal { student.decoderMarginal }

  func gaussianOfPseudoInputs(_ u: Tensor) -> DiagonalGaussian {
    student.gaussianOfPseudoInputs(u)
  }

  func posterior(of x: Tensor, sharing shared: SharedParts) -> any Distribution {
    student.posterior(of: x, sharing: shared)
  }

  func likelihood(
    of z: Tensor, observing x: Tensor?, statistics: NormalizationStatistics
  ) -> any Distribution {
    DistilledDensity(
      base: student.likelihood(of: z, observing: x, statistics: .running),
      loss: loss(in: z.graph, batch: z.shape[0], statistics))
  }

  func prior(
    in graph: Graph, batch: Int, sharing shared: SharedParts
  ) -> (any Distribution)? {
    student.prior(in: graph, batch: batch, sharing: shared)
  }

  func logMarginal(of x: Tensor) -> Tensor? { nil }

  func anchorCodes(
    beside x: Tensor, noise: NoiseSource, sharing shared: SharedParts
  ) -> Tensor {
    student.anchorCodes(beside: x, noise: noise, sharing: shared)
  }

  /// KL(student ‖ teacher) of a draw for each item, `[batch]`: in closed form where both have a normal for each value given those before
  /// it; else, where both go value by value, the cross-entropy by several draws and the entropy as it is (van den Oord et al. 2018,
  /// arXiv:1711.10433, equations 6, 8 and 10); else log q(x) − log p(x) of the draw.
  private func loss(
    in graph: Graph, batch: Int, _ statistics: NormalizationStatistics
  ) -> Tensor {
    let noise = NoiseSource.fresh(
      in: graph, prefix: "distil.", share: statistics.collective.share)
    if let teacher,
      let drawn = student.density.autoregressiveDraw(in: graph, batch: batch, noise: noise),
      let said = graph.fixing(
        teacher.parameters, { teacher.density.conditionals(at: drawn.x) })
    {
      return loss(drawn, said, noise)
    }
    let own = student.density.distribution(in: graph, batch: batch, statistics: .running)
    let item = own.draw(from: noise, stream: "student")
    let density = own.logDensity(of: item)
    guard let teacher else { return density }
    let judged = graph.fixing(teacher.parameters) {
      teacher.density.distribution(in: graph, batch: batch, statistics: .running)
        .logDensity(of: item.value)
    }
    return density - judged
  }

  private func loss(
    _ drawn: AutoregressiveDraw, _ said: Conditionals, _ noise: NoiseSource
  ) -> Tensor {
    if drawn.isNormal, let normal = said.normal {
      let divergence = DistillationDivergence.normal(
        mean: drawn.mean, logScale: drawn.logScale, teacherMean: normal.mean,
        teacherLogScale: normal.logScale
      ).sum(axes: [1])
      guard options.scales > 0 else { return divergence }
      return divergence
        + DistillationDivergence.scales(drawn.logScale, normal.logScale).sum(axes: [1])
        * Float(options.scales)
    }
    let fresh = (0..<max(1, options.draws)).map {
      drawn.base.draw(from: noise, stream: "fresh.\($0)").value
    }
    let cross = DistillationDivergence.crossEntropy(
      said, mean: drawn.mean, logScale: drawn.logScale, noise: fresh)
    let entropy = drawn.logScale.sum(axes: [1])
    return drawn.base.entropy.map { cross - entropy - $0 } ?? cross - entropy
  }
}

/// A density whose log is −`loss` of each item, whatever the item.
private struct DistilledDensity: Distribution {
  let base: any Distribution
  /// `[batch]`.
  let loss: Tensor

  var mean: Tensor? { nil }
  var standardDeviation: Tensor? { nil }
  var entropy: Tensor? { nil }
  var parts: [Tensor] { base.parts }

  func logDensity(of value: Tensor) -> Tensor { -loss }

  func draw(from noise: NoiseSource, stream: String) -> Draw {
    base.draw(from: noise, stream: stream)
  }

  func rebuilt(from parts: [Tensor]) -> any Distribution {
    DistilledDensity(base: base.rebuilt(from: parts), loss: loss)
  }
}
