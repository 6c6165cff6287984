import Foundation
import MIMTensor

/// An inverse autoregressive flow as a density of items: the student of Parallel WaveNet (van den Oord et al. 2018, arXiv:1711.10433).
/// Draws take one pass, the density of a given item one for each value.
struct InverseAutoregressiveFlow: FlowComponent {
  static let word = "iaf"
  static let summary = "K inverse autoregressive flows: draws in one pass; learns by `distill`"
  static let method: MethodNote? = MethodNote(
    "Parallel WaveNet", words: "distill(model(flow, DATA, flow=iaf(4)), TEACHER)",
    equation:
      "KL(student ‖ teacher) = E[−log p_T(x)] − E[Σ log s] − H(z), x_t = z_t s_t + μ_t by K flows",
    source: "van den Oord et al. 2018, arXiv:1711.10433",
    use: "draws in one pass from what was learned value by value",
    cost: "K masked networks and one pass of the teacher")
  static let arguments = [
    FlowArguments.count, FlowArguments.hidden,
    ComponentArgument(
      "noise",
      .word([
        ArgumentWord("normal", [], "N(0, I)"), ArgumentWord("logistic", [], "standard logistic"),
      ]), usual: .word("normal", [:]), isNamed: true, "what draws are made of"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  private var isNormal: Bool { values.word("noise").name == "normal" }

  var description: String {
    "\(isNormal ? "normal" : "logistic") noise through \(values.flows) inverse autoregressive flows of \(values.hidden) + \(values.hidden) units"
  }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.itemSize > 1, FlowSlot.option, text,
      "each value is made given those before it, and an item has one value; use flow=made(outputs=gmm(10))"
    )
    try specification.require(
      specification.valueKind == .real, FlowSlot.option, text,
      "its values are any numbers, and these are \(specification.valueKind.rawValue); use flow=made(hidden=500), or load grey images with logit=1e-6"
    )
  }

  func density(for specification: ModelSpecification) -> any DataDensity {
    InverseAutoregressiveDensity(
      steps: (0..<values.flows).map { index in
        InverseAffineStep(
          network: MaskedNetwork(
            name: "p_x.\(index)", size: specification.itemSize,
            hidden: [values.hidden, values.hidden], heads: 2))
      }, size: specification.itemSize, isNormal: isNormal)
  }
}

private struct InverseAutoregressiveDensity: DataDensity {
  /// In the order in which a draw passes them, all in the order of the values.
  let steps: [InverseAffineStep]
  let size: Int
  let isNormal: Bool

  var parameters: [ParameterDeclaration] { steps.flatMap(\.network.parameters) }

  var layers: [LayerDescription] {
    steps.flatMap { $0.network.linears.map { $0.description(followedBy: nil) } }
  }

  private func noise(in graph: Graph, batch: Int) -> any Distribution {
    let shape: Shape = [batch, size]
    if isNormal { return StandardNormal(in: graph, shape: shape) }
    return StandardLogistic(in: graph, shape: shape)
  }

  func distribution(
    in graph: Graph, batch: Int, statistics: NormalizationStatistics
  ) -> any Distribution {
    Flowed(noise(in: graph, batch: batch), steps)
  }

  /// Codes are N(0, I): logistic noise isn't.
  var hasCodes: Bool { isNormal }
  var drawsInOnePass: Bool { true }
  var inversions: Int { steps.count * size }

  func codes(of x: Tensor) -> Tensor {
    steps.reversed().reduce(x) { $1.inverse($0).value }
  }

  func items(
    of codes: HostArray<Float>, _ parameters: [String: HostArray<Float>], seed: UInt64, threads: Int
  ) throws -> HostArray<Float> {
    let program = try BatchedProgram(
      width: size, store: ParameterStore(parameters), seed: seed, threads: threads
    ) { rows in [steps.reduce(rows) { $1.forward($0).value }] }
    return program.run(isNormal ? codes : Self.logistic(codes))[0]
  }

  /// Logistic noise of the same ranks as normal one: z = log Φ(n) − log Φ(−n).
  private static func logistic(_ normals: HostArray<Float>) -> HostArray<Float> {
    func logProbability(_ n: Double) -> Double { log(0.5 * erfc(-n / 2.0.squareRoot())) }
    return HostArray(
      normals.elements.map { n in
        let n = min(max(Double(n), -8), 8)
        return Float(logProbability(n) - logProbability(-n))
      }, shape: normals.shape)
  }

  func autoregressiveDraw(
    in graph: Graph, batch: Int, noise: NoiseSource
  ) -> AutoregressiveDraw? {
    let base = self.noise(in: graph, batch: batch)
    let first = base.draw(from: noise, stream: "student").value
    var x = first
    var total: (mean: Tensor, logScale: Tensor)?
    for step in steps {
      let (shift, own) = step.coefficients(x)
      x = x * own.exp() + shift
      total =
        total.map { (mean: $0.mean * own.exp() + shift, logScale: $0.logScale + own) }
        ?? (mean: shift, logScale: own)
    }
    return total.map {
      AutoregressiveDraw(
        x: x, mean: $0.mean, logScale: $0.logScale, base: base, isNormal: isNormal)
    }
  }
}

extension FlowChoice {
  /// So many inverse autoregressive flows with two hidden layers of `hidden` units each, of normal or logistic noise.
  public static func iaf(
    _ count: Int, hidden: Int = 64, isLogistic: Bool = false
  ) -> FlowChoice {
    FlowChoice(
      InverseAutoregressiveFlow([
        "K": .integer(count), "hidden": .integer(hidden),
        "noise": .word(isLogistic ? "logistic" : "normal", [:]),
      ]))
  }
}
