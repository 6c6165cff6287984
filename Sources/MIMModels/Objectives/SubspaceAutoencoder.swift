import MIMTensor

/// The conditional subspace VAE (Klys, Snell and Zemel 2018, arXiv:1812.06190): what the class says of an item goes into codes w of their own, and
/// a label predictor that looks at the other codes z is kept from finding it there.
struct SubspaceAutoencoder: ObjectiveComponent {
  static let word = "csvae"
  static let summary = "CSVAE: what the class says of an item goes into codes w, the rest into z"
  static let method: MethodNote? = MethodNote(
    "CSVAE", words: "model csvae(w=2) DATA z=2",
    source: "Klys et al. 2018, arXiv:1812.06190 (equation numbers were not read again)",
    use:
      "codes whose first units hold a label: set them by hand to change it (decode m z w=[3, 3])",
    cost: "two encoders and a label predictor: about twice a VAE")
  static let arguments = [
    ComponentArgument(
      "w", .integer(1...4096), usual: .integer(2), isNamed: true,
      "units for each attribute: one attribute of two classes, else one for each class"),
    ComponentArgument(
      "kl_w", .number(0...1e6), usual: .number(1), isNamed: true,
      "weight β₂ of KL(q(w|x, y) ‖ p(w|y))"
    ),
    ComponentArgument(
      "kl_z", .number(0...1e6), usual: .number(0.2), isNamed: true,
      "weight β₃ of KL(q(z|x) ‖ N(0, I))"),
    ComponentArgument(
      "fool", .number(0...1e6), usual: .number(10), isNamed: true,
      "weight β₄ of Σ q(y|z) log q(y|z), which takes the label out of z"),
    ComponentArgument(
      "hidden", .integer(1...8192), usual: .integer(64), isNamed: true,
      "units of each hidden layer of the label predictor"),
    ComponentArgument(
      "layers", .integer(1...8), usual: .integer(2), isNamed: true,
      "hidden layers of the label predictor"),
    ComponentArgument(
      "rate", .number(1e-3...1e3), usual: .number(1), isNamed: true,
      "learning rate of the label predictor in multiples of lr"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  static var needsLabels: Bool { true }
  func labelUnits(classes: Int) -> Int {
    values.integer("w") * LabelAttributes(classCount: classes).count
  }

  func objective(_ entropy: EntropyTreatment) -> Objective? {
    guard entropy == .keep else { return nil }
    return .subspace(
      labelWeight: values.number("kl_w"), restWeight: values.number("kl_z"),
      fooling: values.number("fool"))
  }

  func adversary(for specification: ModelSpecification) -> (any Adversary)? {
    guard let attributes = specification.attributes else { return nil }
    let rest = specification.latentSize - specification.labelUnits
    let widths =
      [rest] + [Int](repeating: values.integer("hidden"), count: values.integer("layers"))
      + [attributes.classCount]
    return LabelPredictor(
      network: (0..<widths.count - 1).map {
        Linear(name: "q_y_given_z.\(2 * $0)", inputs: widths[$0], outputs: widths[$0 + 1])
      }, first: specification.labelUnits, rate: Float(values.number("rate")))
  }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.levels == 1, "levels", "\(specification.levels)",
      "a CSVAE has codes w and z of one level; use levels=1")
    try specification.require(
      (specification.labelNames?.count ?? 0) > 1, ObjectiveSlot.option, text,
      "a CSVAE needs items of two or more classes; load them with label=COLUMN, or use kind vae")
    try specification.require(
      specification.latentSize > specification.labelUnits, "z", "\(specification.latentSize)",
      "beside the \(specification.labelUnits) units of w there must be one of z; use z=2")
    try specification.require(
      specification.posterior.component.isDiagonalGaussian, PosteriorSlot.option,
      specification.posterior.description,
      "w and z of a CSVAE are normal given x; use posterior=normal")
    try specification.require(
      specification.prior.component.isStandardNormal, PriorSlot.option,
      specification.prior.description,
      "p(w|y) is fixed by the classes and p(z) is N(0, I); use prior=normal")
    for (option, network) in [("enc", specification.encoder), ("dec", specification.decoder)] {
      try specification.require(
        !network.component.isConvolutional, option, network.description,
        "the networks of a CSVAE are perceptrons; use \(option)=mlp(300)")
    }
  }
}

/// q(y|z): what z still says of the class. It learns to tell; the model learns to leave it at a loss.
struct LabelPredictor: Adversary {
  /// By layers with a rectifier between them, the last one logits.
  let network: [Linear]
  /// The first unit of z in a code.
  let first: Int
  let rate: Float

  var parameters: [ParameterDeclaration] { network.flatMap(\.parameters) }
  var layers: [LayerDescription] {
    network.enumerated().map { index, layer in
      layer.description(followedBy: index == network.count - 1 ? nil : "relu")
    }
  }

  /// log q(y|z) of all classes, `[batch, classes]`, for codes [w, z].
  func logProbabilities(of codes: Tensor) -> Tensor {
    network.enumerated().reduce(codes.slice(axis: 1, range: first..<codes.shape[1])) {
      $1.element.apply($0, activation: $1.offset == network.count - 1 ? .none : .relu)
    }.logSoftmax(axis: -1)
  }

  /// Σ_y q(y|z) log q(y|z), the negative entropy.
  func value(of branch: Branch, isDecoder: Bool) -> Tensor {
    let logs = logProbabilities(of: branch.z)
    return (logs.exp() * logs).sum(axes: [-1])
  }

  /// −log q(y|z) of the items' own classes, `[batch]`.
  func surprisals(of branch: Branch) -> Tensor {
    guard let classes = branch.classes else { preconditionFailure("items without classes") }
    return -(classes * logProbabilities(of: branch.z.stopGradient())).sum(axes: [-1])
  }

  /// The mean of −log q(y|z).
  func loss(encoder: Branch, decoder: Branch?) -> Tensor? { surprisals(of: encoder).mean() }
}

extension Objective {
  /// −log p(x|w, z) + β (β₂ KL(q(w|x, y) ‖ p(w|y)) + β₃ KL(q(z|x) ‖ p(z))) + β₄ Σ_y q(y|z) log q(y|z).
  static func subspace(
    labelWeight: Double, restWeight: Double, fooling: Double
  ) -> Objective {
    let (ofLabel, ofRest, ofPredictor) = (Float(labelWeight), Float(restWeight), Float(fooling))
    return Objective(
      formula:
        "E_q[−log p(x|w, z) + β (\(ComponentText.text(labelWeight)) KL(q(w|x, y) ‖ p(w|y)) + "
        + "\(ComponentText.text(restWeight)) KL(q(z|x) ‖ p(z))) + \(ComponentText.text(fooling)) "
        + "Σ_y q(y|z) log q(y|z)], q(y|z) trained against it",
      hasDecoderBranch: false
    ) { branch, beta in
      guard let units = branch.divergencePerUnit, let predictor = branch.adversary else {
        preconditionFailure("codes without a closed-form divergence or a label predictor")
      }
      let (label, rest) = (
        units.slice(axis: 1, range: 0..<branch.labelUnits).sum(axes: [-1]),
        units.slice(axis: 1, range: branch.labelUnits..<units.shape[1]).sum(axes: [-1])
      )
      return beta * (label * ofLabel + rest * ofRest) + predictor * ofPredictor
        - branch.logPXGivenZ
    }
  }
}

extension ObjectiveChoice {
  /// The conditional subspace VAE with so many units for each attribute, and the weights β₂, β₃, β₄.
  public static func csvae(
    w: Int = 2, labelWeight: Double = 1, restWeight: Double = 0.2, fooling: Double = 10,
    hidden: Int = 64, layers: Int = 2, rate: Double = 1
  ) -> ObjectiveChoice {
    ObjectiveChoice(
      SubspaceAutoencoder([
        "w": .integer(w), "kl_w": .number(labelWeight), "kl_z": .number(restWeight),
        "fool": .number(fooling), "hidden": .integer(hidden), "layers": .integer(layers),
        "rate": .number(rate),
      ]))
  }
}
