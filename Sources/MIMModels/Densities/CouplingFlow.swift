import MIMTensor

/// Real NVP on vectors as a density of items (Dinh et al. 2017, arXiv:1605.08803): densities and draws take one pass each.
struct CouplingFlow: FlowComponent {
  static let word = "realnvp"
  static let summary = "K affine couplings (Real NVP); draws take one pass, too"
  static let method: MethodNote? = MethodNote(
    "Real NVP (vectors)", words: "model flow DATA flow=realnvp(8, hidden=64)",
    equation: "u = b ⊙ x + (1 − b) ⊙ (x ⊙ eˢ + t), (s, t) of b ⊙ x, K times; −log p(x)",
    source: "Dinh et al. 2017, arXiv:1605.08803", use: "exact density of data, quick draws",
    cost: "2 K networks")
  static let arguments = [
    FlowArguments.count, FlowArguments.hidden, FlowArguments.normalization,
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String {
    "N(0, I) through \(values.flows) affine couplings with networks of \(values.hidden) + \(values.hidden) units"
  }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.itemSize > 1, FlowSlot.option, text,
      "a coupling moves some values by others, and an item has one value; use flow=made(outputs=gmm(10))"
    )
  }

  func density(for specification: ModelSpecification) -> any DataDensity {
    let size = specification.itemSize
    let couplings = CouplingStep.alternating(
      values.flows, name: "p_x", size: size, hidden: values.hidden)
    let normalization = FlowNormalization(values, size: size)
    return InvertibleDensity(
      size: size,
      parameters: couplings.enumerated().flatMap { index, coupling in
        coupling.linears.flatMap(\.parameters) + normalization.parameters(index)
      },
      layers: couplings.enumerated().flatMap { index, coupling in
        coupling.linears.map { $0.description(followedBy: nil) } + normalization.layers(index)
      }
    ) { statistics in
      couplings.enumerated().flatMap { index, coupling in
        // Equation 9 is of items on their way to codes.
        normalization.step(index, statistics) + [InverseStep(coupling)]
      }
    }
  }
}

extension CouplingStep {
  /// The layers of both networks.
  var linears: [Linear] { scale + shift }

  /// Couplings in every second of which each unit passes unchanged.
  static func alternating(_ count: Int, name: String, size: Int, hidden: Int) -> [CouplingStep] {
    func network(_ name: String) -> [Linear] {
      let widths = [size, hidden, hidden, size]
      return (0..<3).map {
        Linear(name: "\(name).\($0)", inputs: widths[$0], outputs: widths[$0 + 1])
      }
    }
    return (0..<count).map { index in
      CouplingStep(
        mask: (0..<size).map { ($0 + index) % 2 == 0 ? 1 : 0 },
        scale: network("\(name).\(index).scale"), shift: network("\(name).\(index).shift"))
    }
  }
}

extension FlowChoice {
  /// So many affine couplings, with batch normalisation between them or without.
  public static func realnvp(
    _ count: Int, hidden: Int = 64, isNormalized: Bool = true
  ) -> FlowChoice {
    FlowChoice(CouplingFlow(FlowArguments.values(count, hidden, isNormalized)))
  }
}
