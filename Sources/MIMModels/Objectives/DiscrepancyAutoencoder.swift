import MIMTensor

/// InfoVAE with the maximum mean discrepancy (Zhao, Song and Ermon 2019, arXiv:1706.02262): codes of all items together are drawn to p(z),
/// those of each item less or not at all.
struct DiscrepancyAutoencoder: ObjectiveComponent {
  static let word = "infovae"
  static let summary = "InfoVAE: the codes of a batch together are drawn to p(z) by the MMD"
  static let method: MethodNote? = MethodNote(
    "InfoVAE (MMD-VAE)", words: "model infovae(alpha=1, lambda=10) DATA",
    source: "Zhao et al. 2019, arXiv:1706.02262",
    use: "q(z) near p(z) without pulling every code to p(z)",
    cost: "as a VAE, and three products batch × z × batch")
  static let arguments = [
    ComponentArgument(
      "alpha", .number(-1e6...1), usual: .number(1), isNamed: true,
      "weight of the mutual information of x and z: 1 takes the KL term away"),
    ComponentArgument(
      "lambda", .number(0...1e9), usual: .number(10), isNamed: true,
      "weight of KL(q(z) ‖ p(z)), for which the MMD stands"),
    ComponentArgument(
      "width", .number(1e-3...1e3), usual: .number(1), isNamed: true,
      "width of the kernel exp(−‖z − z'‖²/(2 width² z))"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func objective(_ entropy: EntropyTreatment) -> Objective? {
    guard entropy == .keep else { return nil }
    return .discrepancy(
      alpha: values.number("alpha"), lambda: values.number("lambda"), width: values.number("width"))
  }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.prior.component.hasDensity, PriorSlot.option,
      specification.prior.description,
      "codes are compared with draws from p(z); use prior=normal")
    try specification.require(
      values.number("alpha") + values.number("lambda") >= 1, ObjectiveSlot.option,
      specification.objective.description,
      "alpha + lambda − 1 weighs the MMD and must be 0 at least; use a larger lambda")
  }
}

extension Objective {
  /// −log p(x|z) + β (1 − α) (log q(z|x) − log p(z)) + (α + λ − 1) MMD²(q(z), p(z)), equation 6 with the MMD in place of KL(q(z) ‖ p(z)):
  /// the unbiased estimate over the batch (Gretton et al. 2012, equation 3) with a Gaussian kernel. The same for every item.
  package static func discrepancy(alpha: Double, lambda: Double, width: Double) -> Objective {
    Objective(
      formula: "E_q(x,z)[−log p(x|z)] + β (1 − α) KL(q(z|x) ‖ p(z)) + (α + λ − 1) MMD²(q(z), p(z))",
      hasDecoderBranch: false, isPairwise: true, sampling: BranchSampling(drawsPrior: true)
    ) { branch, beta in
      guard let priorDraws = branch.priorDraws else {
        preconditionFailure("no draws from p(z): validation saw to it")
      }
      let discrepancy = branch.z.squaredDiscrepancy(
        from: priorDraws, scale: 2 * width * width * Double(branch.z.shape[1]))
      let divergence = (branch.logQZGivenX - branch.logPZ) * Float(1 - alpha)
      return beta * divergence + discrepancy * Float(alpha + lambda - 1) - branch.logPXGivenZ
    }
  }
}

extension Tensor {
  /// MMD² of two samples of `[n, d]` each: mean k(x, x') + mean k(y, y') over pairs of different rows − 2 mean k(x, y), with the kernel
  /// exp(−‖x − y‖²/scale). Precondition: n > 1.
  func squaredDiscrepancy(from other: Tensor, scale: Double) -> Tensor {
    let count = shape[0]
    func kernel(_ a: Tensor, _ b: Tensor) -> Tensor {
      let squares =
        a.square().sum(axes: [1], keepingDimensions: true)
        + b.square().sum(axes: [1]).reshape([1, count]) - a.matmul(b, transposeOther: true) * 2
      // Rounding must not make a distance negative.
      return (squares.relu() * Float(-1 / scale)).exp()
    }
    let others = graph.constant(HostArray.otherRows(count))
    let pairs = Float(count) * Float(count - 1)
    let within = ((kernel(self, self) + kernel(other, other)) * others).sum() / pairs
    return within - kernel(self, other).mean() * 2
  }
}

extension HostArray where Element == Float {
  /// 1 for pairs of different rows, 0 for a row beside itself, `[n, n]`.
  static func otherRows(_ count: Int) -> HostArray {
    HostArray(
      (0..<count * count).map { $0 / count == $0 % count ? 0 : 1 }, shape: [count, count])
  }
}

extension ObjectiveChoice {
  /// InfoVAE with the maximum mean discrepancy.
  public static func infovae(
    alpha: Double = 1, lambda: Double = 10, width: Double = 1
  ) -> ObjectiveChoice {
    ObjectiveChoice(
      DiscrepancyAutoencoder([
        "alpha": .number(alpha), "lambda": .number(lambda), "width": .number(width),
      ]))
  }
}
