import MIMTensor

/// N(0, I) through invertible steps, as a density of items: u = f⁻¹(x) are the codes.
struct InvertibleDensity: DataDensity {
  /// The values of an item.
  let size: Int
  let parameters: [ParameterDeclaration]
  let layers: [LayerDescription]
  /// The steps in the order in which a draw passes them.
  let steps: @Sendable (NormalizationStatistics) -> [any FlowStep]

  func distribution(
    in graph: Graph, batch: Int, statistics: NormalizationStatistics
  ) -> any Distribution {
    Flowed(StandardNormal(in: graph, shape: [batch, size]), steps(statistics))
  }

  var hasCodes: Bool { true }

  var drawsInOnePass: Bool { steps(.running).allSatisfy { $0.sequentialNetwork == nil } }

  func codes(of x: Tensor) -> Tensor {
    steps(.running).reversed().reduce(x) { $1.inverse($0).value }
  }

  /// Step after step: those that pass unit by unit by a sampler, the others between them in a plan.
  func items(
    of codes: HostArray<Float>, _ parameters: [String: HostArray<Float>], seed: UInt64, threads: Int
  ) throws -> HostArray<Float> {
    var rows = codes
    for step in steps(.running) {
      if let network = step.sequentialNetwork {
        let sampler = try MaskedSampler(network, set: 0, parameters: parameters)
        let given = rows
        rows = sampler.items(rows.rowCount, threads: threads) { outputs, item, unit in
          MaskedOutput.normal.value(
            outputs, normal: given.elements[item * size + unit], uniform: 0, further: { 0 })
        }
      } else if let order = step.order(of: size) {
        let given = rows
        rows = HostArray(
          (0..<given.count).map { given.elements[$0 - $0 % size + order[$0 % size]] },
          shape: given.shape)
      } else {
        let program = try BatchedProgram(
          width: size, store: ParameterStore(parameters), seed: seed, threads: threads
        ) { [step.forward($0).value] }
        rows = program.run(rows)[0]
      }
    }
    return rows
  }
}
