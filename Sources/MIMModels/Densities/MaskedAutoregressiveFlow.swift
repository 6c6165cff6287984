import MIMTensor

/// A masked autoregressive flow as a density of items (Papamakarios et al. 2017, arXiv:1705.07057): exact in one pass; draws are made value by
/// value.
struct MaskedAutoregressiveFlow: FlowComponent {
  static let word = "maf"
  static let summary = "K masked autoregressive flows; draws are made value by value"
  static let method: MethodNote? = MethodNote(
    "MAF", words: "model flow DATA flow=maf(5, hidden=64)",
    equation: "u_d = (x_d − m_d) e^{−a_d}, (m, a) of earlier values, K times; −log p(x)",
    source: "Papamakarios et al. 2017, arXiv:1705.07057",
    use: "exact density of data, the best of these",
    cost: "K networks; draws value by value (about one pass in all)")
  static let arguments = [
    FlowArguments.count, FlowArguments.hidden, FlowArguments.normalization,
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String {
    "N(0, I) through \(values.flows) masked autoregressive flows of \(values.hidden) + \(values.hidden) units"
  }

  func density(for specification: ModelSpecification) -> any DataDensity {
    let size = specification.itemSize
    let networks = MaskedNetwork.ofSteps(values, name: "p_x", size: size)
    let normalization = FlowNormalization(values, size: size)
    return InvertibleDensity(
      size: size,
      parameters: networks.enumerated().flatMap {
        $0.element.parameters + normalization.parameters($0.offset)
      },
      layers: networks.enumerated().flatMap {
        $0.element.linears.map { $0.description(followedBy: nil) }
          + normalization.layers($0.offset)
      }
    ) { statistics in
      networks.enumerated().flatMap { index, network in
        let own: [any FlowStep] =
          normalization.step(index, statistics) + [MaskedAutoregressiveStep(network)]
        return index == 0 ? own : [Reversal()] + own
      }
    }
  }
}

/// The batch normalisation between the steps of a flow, where it is wanted.
struct FlowNormalization: Sendable {
  private let isUsed: Bool
  private let size: Int

  init(_ values: ArgumentValues, size: Int) {
    isUsed = values.word("norm").name == "batch"
    self.size = size
  }

  private func name(_ index: Int) -> String { "p_x.\(index).norm" }

  func parameters(_ index: Int) -> [ParameterDeclaration] {
    isUsed ? NormalizationStep.parameters(name: name(index), size: size) : []
  }

  func layers(_ index: Int) -> [LayerDescription] {
    guard isUsed else { return [] }
    return [
      LayerDescription(
        name: name(index), description: "\(size) values, batch normalisation",
        parameterCount: 2 * size)
    ]
  }

  func step(_ index: Int, _ statistics: NormalizationStatistics) -> [any FlowStep] {
    isUsed ? [NormalizationStep(name: name(index), size: size, statistics: statistics)] : []
  }
}

extension FlowChoice {
  /// So many masked autoregressive flows, with batch normalisation between them or without.
  public static func maf(
    _ count: Int, hidden: Int = 64, isNormalized: Bool = true
  ) -> FlowChoice {
    FlowChoice(MaskedAutoregressiveFlow(FlowArguments.values(count, hidden, isNormalized)))
  }
}
