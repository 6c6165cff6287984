import MIMTensor

/// A plan over batches of one size, replayed over any number of rows: the last batch is filled up
/// with zeros, whose results are dropped. Batch i is step `firstStep + i`, so a row's noise depends on the
/// seed and its number only.
package struct BatchedProgram {
  private let plan: Plan
  private let input: Tensor
  private let outputs: [Tensor]
  private let batch: Int
  private let pseudoInputs: EncodedPseudoInputs?

  /// Rows per batch outside training.
  package static let inferenceBatch = 256

  /// Traces `body` from an input `[batch, width]` to outputs `[batch, …]` and plans it over the
  /// parameters in `store`.
  package init(
    width: Int, batch: Int = inferenceBatch, store: ParameterStore, seed: UInt64, threads: Int,
    _ body: (Tensor) -> [Tensor]
  ) throws {
    try self.init(nil, width: width, batch: batch, store: store, seed: seed, threads: threads) {
      input, _ in body(input)
    }
  }

  /// The same of a model, of whose parts `body` passes on what they share: the pseudo-inputs of its prior are encoded once for each run,
  /// if `body` asks for the prior.
  package init(
    _ model: (any LatentVariableModel)?, width: Int, batch: Int = inferenceBatch,
    store: ParameterStore, seed: UInt64, threads: Int, _ body: (Tensor, SharedParts) -> [Tensor]
  ) throws {
    let (graph, shared) = (Graph(), SharedParts())
    self.batch = batch
    pseudoInputs = try model.flatMap { model in
      try model.vampPrior.map {
        try EncodedPseudoInputs(
          model, $0, fedTo: graph, sharing: shared, store: store, threads: threads)
      }
    }
    input = graph.input("rows", shape: [batch, width])
    outputs = body(input, shared)
    plan = try Plan(
      graph: graph, outputs: outputs, store: store,
      options: PlanOptions(threads: threads, seed: seed))
  }

  /// The outputs for `rows` `[n, width]`, each `[n, …]`. Several ranks share the batches out and put the
  /// results together: the same bits as on one.
  package func run(
    _ rows: HostArray<Float>, firstStep: UInt64 = 0,
    collective: any Collective = SerialCollective()
  ) -> [HostArray<Float>] {
    let count = rows.rowCount
    pseudoInputs?.feed(plan)
    var collected = outputs.map { output in
      var elements: [Float] = []
      elements.reserveCapacity(count * output.shape.count / batch)
      return elements
    }
    for (index, start) in stride(from: 0, to: count, by: batch).enumerated() {
      let filled = min(batch, count - start)
      guard index % collective.size == collective.rank, !StopRequest.isMade else {
        for (position, output) in outputs.enumerated() {
          let zeros = repeatElement(Float(0), count: filled * output.shape.count / batch)
          collected[position].append(contentsOf: zeros)
        }
        continue
      }
      feed(rows, start: start, filled: filled)
      plan.run(step: firstStep + UInt64(index))
      for (position, output) in outputs.enumerated() {
        let elements = plan.value(of: output).elements
        collected[position].append(contentsOf: elements[..<(filled * elements.count / batch)])
      }
    }
    for position in collected.indices {
      collected[position].withUnsafeMutableBufferPointer { collective.sum($0) }
    }
    return zip(collected, outputs).map { elements, output in
      HostArray(elements, shape: Shape([count] + output.shape.dimensions.dropFirst()))
    }
  }

  private func feed(_ rows: HostArray<Float>, start: Int, filled: Int) {
    let width = rows.rowSize
    plan.withInput(input) { destination in
      rows.elements.withUnsafeBufferPointer { source in
        for position in 0..<filled * width {
          destination[position] = source[start * width + position]
        }
      }
      for position in filled * width..<destination.count { destination[position] = 0 }
    }
  }
}
