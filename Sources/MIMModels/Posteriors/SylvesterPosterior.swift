import MIMTensor

/// A Gaussian through Sylvester flows (`SylvesterStep`), whose matrices the encoder gives for each item.
struct SylvesterPosterior: PosteriorComponent {
  static let word = "sylvester"
  static let summary = "a Gaussian through K Sylvester flows"
  static let method: MethodNote? = MethodNote(
    "Sylvester flows", words: "model vae DATA posterior=sylvester(4, form=orthogonal)",
    equation: "z' = z + Q R tanh(R̃ Qᵀ z + b), K times",
    source: "van den Berg et al. 2018, arXiv:1803.05649", use: "a flexible q(z|x) of few steps",
    cost: "K · z² for each item; z ≤ 64")
  static let arguments = [
    FlowArguments.count,
    ComponentArgument(
      "form",
      .word([
        ArgumentWord("triangular", [], "fixed Q: the identity and the reversed order in turn"),
        ArgumentWord("householder", [], "Q of reflections that the encoder gives"),
        ArgumentWord("orthogonal", [], "Q of orthonormal columns that the encoder gives"),
      ]), usual: .word("triangular", [:]), isNamed: true, "how Q is made"),
    ComponentArgument(
      "columns", .integer(1...64), usual: .integer(8), isNamed: true,
      "columns of Q with form=orthogonal, at most z; reflections with form=householder"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  private static let largestSize = 64

  private var form: String { values.word("form").name }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.latentSize <= Self.largestSize, PosteriorSlot.option, text,
      "it has matrices of z × z for each item and takes at most z=\(Self.largestSize); "
        + "use posterior=planar(K) or posterior=iaf(K)")
    // Only as many units as Q has columns are undone.
    let size =
      form == "orthogonal"
      ? min(values.integer("columns"), specification.latentSize) : specification.latentSize
    try FlowArguments.requireFeasible(
      values, size: size, beside: specification, PosteriorSlot.option, text,
      instead: "posterior=planar(K), fewer steps, or the kind amim")
  }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    let flows = (0..<values.flows).map { index in
      SylvesterLayers(
        name: "\(name).flows.\(index)", inputs: inputs, outputs: outputs, form: form,
        columns: values.integer("columns"), isReversed: index % 2 == 1)
    }
    return FlowHead(
      base: GaussianHead(name: name, inputs: inputs, outputs: outputs, minScale: minScale),
      stepLayers: flows.flatMap(\.layers)
    ) { features in flows.map { $0.step(of: features) } }
  }
}

/// The square matrix that holds R and R̃, their diagonals, b, and what Q is made of, each linear in the features.
private struct SylvesterLayers: Sendable {
  let full: Linear
  let diagonals: (outer: Linear, inner: Linear)
  let offset: Linear
  let basis: Linear?
  let form: String
  let isReversed: Bool
  let event: Int

  init(
    name: String, inputs: Int, outputs: Int, form: String, columns: Int, isReversed: Bool
  ) {
    let size = form == "orthogonal" ? min(columns, outputs) : outputs
    full = Linear(name: "\(name).full", inputs: inputs, outputs: size * size)
    diagonals = (
      Linear(name: "\(name).outer", inputs: inputs, outputs: size),
      Linear(name: "\(name).inner", inputs: inputs, outputs: size)
    )
    offset = Linear(name: "\(name).b", inputs: inputs, outputs: size)
    basis =
      form == "triangular"
      ? nil
      : Linear(
        name: "\(name).q", inputs: inputs,
        outputs: outputs * (form == "orthogonal" ? size : columns))
    self.form = form
    self.isReversed = isReversed
    event = outputs
  }

  var layers: [Linear] {
    [full, diagonals.outer, diagonals.inner, offset] + (basis.map { [$0] } ?? [])
  }

  func step(of features: Tensor) -> any FlowStep {
    let (batch, size) = (features.shape[0], offset.outputs)
    return SylvesterStep(
      basis: matrix(features), full: full.apply(features).reshape([batch, size, size]),
      diagonals: (diagonals.outer.apply(features), diagonals.inner.apply(features)),
      offset: offset.apply(features))
  }

  /// Q `[batch, event, size]`.
  private func matrix(_ features: Tensor) -> Tensor {
    let batch = features.shape[0]
    guard let basis else {
      return OrthonormalColumns.permutation(
        isReversed: isReversed, size: event, batch: batch, in: features.graph)
    }
    let free = basis.apply(features)
    return form == "orthogonal"
      ? OrthonormalColumns.iterated(free.reshape([batch, event, offset.outputs]))
      : OrthonormalColumns.reflections(free.reshape([batch, basis.outputs / event, event]))
  }
}

extension PosteriorChoice {
  /// A Gaussian through `count` Sylvester flows of the form `triangular`, `householder` or `orthogonal`.
  public static func sylvester(
    _ count: Int, form: String = "triangular", columns: Int = 8
  ) -> PosteriorChoice {
    PosteriorChoice(
      SylvesterPosterior([
        "K": .integer(count), "form": .word(form, [:]), "columns": .integer(columns),
      ]))
  }
}
