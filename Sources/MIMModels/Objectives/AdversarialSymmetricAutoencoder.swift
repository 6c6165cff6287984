import MIMTensor

/// The adversarial symmetric VAE (Pu et al. 2017, arXiv:1711.04915): both joint distributions are drawn to each other by the sum of their KL
/// divergences, with log-ratios that two networks learn by telling samples apart. The closest relative of MIM.
struct AdversarialSymmetricAutoencoder: ObjectiveComponent {
  static let word = "asvae"
  static let summary = "adversarial symmetric VAE: symmetric KL of the joints, ratios learned"
  static let method: MethodNote? = MethodNote(
    "ASVAE", words: "model asvae DATA",
    source: "Pu et al. 2017, arXiv:1711.04915 (from memory: equation numbers were not read again)",
    use: "encoding and decoding agree in both directions; samples and reconstructions",
    cost: "two branches and two ratio networks: about three times a VAE")
  static let arguments = [
    ComponentArgument(
      "hidden", .integer(1...8192), usual: .integer(100), isNamed: true,
      "units of each hidden layer of the ratio networks"),
    ComponentArgument(
      "layers", .integer(1...8), usual: .integer(2), isNamed: true,
      "hidden layers of the ratio networks"),
    ComponentArgument(
      "rate", .number(1e-3...1e3), usual: .number(5), isNamed: true,
      "learning rate of the ratio networks in multiples of lr: they must be near their best"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func objective(_ entropy: EntropyTreatment) -> Objective? {
    entropy == .keep ? .adversarialSymmetric : nil
  }

  func adversary(for specification: ModelSpecification) -> (any Adversary)? {
    let widths =
      [specification.itemSize + specification.latentSize]
      + [Int](repeating: values.integer("hidden"), count: values.integer("layers")) + [1]
    func network(_ name: String) -> [Linear] {
      (0..<widths.count - 1).map {
        Linear(name: "\(name).\(2 * $0)", inputs: widths[$0], outputs: widths[$0 + 1])
      }
    }
    return DensityRatios(
      encoding: network("f1"), decoding: network("f2"), rate: Float(values.number("rate")))
  }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.levels == 1, "levels", "\(specification.levels)",
      "the ratio networks see x and one level of codes; use levels=1")
    try specification.require(
      specification.prior.component.isStandardNormal, PriorSlot.option,
      specification.prior.description,
      "the decoder branch draws from N(0, I), against which the ratios are learned; use prior=normal"
    )
  }
}

/// f₁(x, z) → log q(z|x)/p(z) and f₂(x, z) → log p(x|z)/q(x), each a logistic regression of samples of a joint against those of q(x) p(z).
struct DensityRatios: Adversary {
  /// f₁, by layers with tanh between them.
  let encoding: [Linear]
  /// f₂.
  let decoding: [Linear]
  let rate: Float

  var parameters: [ParameterDeclaration] { (encoding + decoding).flatMap(\.parameters) }
  var layers: [LayerDescription] {
    (encoding + decoding).map { $0.description(followedBy: nil) }
  }

  /// `[batch]`.
  private func ratio(_ network: [Linear], _ x: Tensor, _ z: Tensor) -> Tensor {
    network.enumerated().reduce(x.graph.concatenate([x, z], axis: 1)) {
      $1.element.apply($0, activation: $1.offset == network.count - 1 ? .none : .tanh)
    }.reshape([x.shape[0]])
  }

  /// f₁ at an encoder's sample, f₂ at a decoder's.
  func value(of branch: Branch, isDecoder: Bool) -> Tensor {
    ratio(isDecoder ? decoding : encoding, branch.x, branch.z)
  }

  /// The losses of both networks, which share no parameter.
  func loss(encoder: Branch, decoder: Branch?) -> Tensor? {
    guard let decoder else { return nil }
    let losses = losses(encoder: encoder, decoder: decoder)
    return losses.encoding + losses.decoding
  }

  /// −E log σ(f) of the joint's samples − E log(1 − σ(f)) of those of q(x) p(z): the encoder branch's x beside the decoder branch's z.
  func losses(encoder: Branch, decoder: Branch) -> (encoding: Tensor, decoding: Tensor) {
    let (x, z) = (encoder.x.stopGradient(), encoder.z.stopGradient())
    let (sampledX, sampledZ) = (decoder.x.stopGradient(), decoder.z.stopGradient())
    func loss(_ network: [Linear], _ x1: Tensor, _ z1: Tensor) -> Tensor {
      (-ratio(network, x1, z1)).softplus().mean() + ratio(network, x, sampledZ).softplus().mean()
    }
    return (loss(encoding, x, z), loss(decoding, sampledX, sampledZ))
  }
}

extension Objective {
  /// −(log p(x|z) − β f₁) over the encoder's samples, −(log q(z|x) − β f₂) over the decoder's.
  package static let adversarialSymmetric = Objective(
    formula:
      "−E_q(x,z)[log p(x|z) − β f₁(x, z)] − E_p(x,z)[log q(z|x) − β f₂(x, z)], f₁ → log q(z|x)/p(z), f₂ → log p(x|z)/q(x)",
    hasDecoderBranch: true, needsBothBranches: true
  ) { branch, beta in
    guard let ratio = branch.adversary else {
      preconditionFailure("no ratio networks: the model has them")
    }
    return beta * ratio - (branch.isOfDecoder ? branch.logQZGivenX : branch.logPXGivenZ)
  }
}

extension ObjectiveChoice {
  /// The adversarial symmetric VAE with ratio networks of hidden layers of so many units.
  public static func asvae(
    hidden: Int = 100, layers: Int = 2, rate: Double = 5
  ) -> ObjectiveChoice {
    ObjectiveChoice(
      AdversarialSymmetricAutoencoder([
        "hidden": .integer(hidden), "layers": .integer(layers), "rate": .number(rate),
      ]))
  }
}
