import MIMTensor

/// N(0, I) through masked autoregressive flows: any density, known in one pass; draws take a pass for each unit.
struct MaskedAutoregressivePrior: PriorComponent {
  static let word = "maf"
  static let summary = "N(0, I) through K masked autoregressive flows"
  static let arguments = [FlowArguments.count, FlowArguments.hidden]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String { "N(0, I) through \(values.flows) masked autoregressive flows" }

  func density(for specification: ModelSpecification) -> (any PriorDensity)? {
    let size = specification.topSize
    return FlowPrior(
      size: size,
      steps: (0..<values.flows).flatMap { index -> [SharedStep] in
        let network = MaskedNetwork(
          name: "\(FlowPrior.name).\(index)", size: size, hidden: [values.hidden, values.hidden],
          heads: 2)
        let step = SharedStep(
          layers: network.linears, made: { MaskedAutoregressiveStep(network) })
        return index == 0 ? [step] : [SharedStep(layers: [], made: { Reversal() }), step]
      })
  }
}

/// N(0, I) through affine couplings: draws and densities take one pass each.
struct CouplingPrior: PriorComponent {
  static let word = "realnvp"
  static let summary = "N(0, I) through K affine couplings (Real NVP)"
  static let arguments = [FlowArguments.count, FlowArguments.hidden]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String { "N(0, I) through \(values.flows) affine couplings" }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.topSize > 1, PriorSlot.option, text,
      "a coupling moves some units by others and needs z=2 at least; use prior=gmm(K)")
  }

  func density(for specification: ModelSpecification) -> (any PriorDensity)? {
    let size = specification.topSize
    return FlowPrior(
      size: size,
      steps: (0..<values.flows).map { index in
        func network(_ name: String) -> [Linear] {
          let widths = [size, values.hidden, values.hidden, size]
          return (0..<3).map {
            Linear(
              name: "\(FlowPrior.name).\(index).\(name).\($0)", inputs: widths[$0],
              outputs: widths[$0 + 1])
          }
        }
        let (scale, shift) = (network("scale"), network("shift"))
        // Each unit passes in every second coupling.
        let mask = (0..<size).map { ($0 + index) % 2 == 0 ? Float(1) : 0 }
        return SharedStep(
          layers: scale + shift,
          made: { CouplingStep(mask: mask, scale: scale, shift: shift) })
      })
  }
}

/// N(0, I) through steps that have parameters of their own.
private struct FlowPrior: PriorDensity {
  static let name = "p_z"
  let size: Int
  let steps: [SharedStep]

  var parameters: [ParameterDeclaration] { steps.flatMap(\.layers).flatMap(\.parameters) }

  var layers: [LayerDescription] {
    steps.flatMap(\.layers).map { $0.description(followedBy: nil) }
  }

  func distribution(
    in graph: Graph, batch: Int, encode: (Tensor) -> DiagonalGaussian
  ) -> any Distribution {
    Flowed(StandardNormal(in: graph, shape: [batch, size]), steps.map { $0.made() })
  }
}

extension PriorChoice {
  /// N(0, I) through `count` masked autoregressive flows with two hidden layers of `hidden` units each.
  public static func maf(_ count: Int, hidden: Int = 64) -> PriorChoice {
    PriorChoice(MaskedAutoregressivePrior(FlowArguments.values(count, hidden: hidden)))
  }

  /// N(0, I) through `count` affine couplings with networks of two hidden layers of `hidden` units each.
  public static func realnvp(_ count: Int, hidden: Int = 64) -> PriorChoice {
    PriorChoice(CouplingPrior(FlowArguments.values(count, hidden: hidden)))
  }
}
