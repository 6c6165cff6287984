import MIMTensor

/// log p(x|z) + log p(z) − log q(z|x) at draws z ~ q(z|x): three plans. What the encoder computes
/// of an item, whatever z, comes from the first, a VampPrior's components from the second, each
/// once; the third is replayed for the draws.
final class ImportanceWeights {
  /// The draws of a replay.
  let batch: Int
  private let plan: Plan
  private let item: Tensor
  private let partInputs: [Tensor]
  private let logWeight: Tensor
  private let items: HostArray<Float>
  private let parts: [HostArray<Float>]

  init(
    _ model: Model, items: HostArray<Float>, batch: Int, options: ImportanceSampling
  ) throws {
    let specification = model.specification
    let network = specification.network()
    let store = try model.store()
    self.batch = batch
    self.items = items
    var encoded: (any Distribution)?
    parts = try BatchedProgram(
      network, width: specification.rowWidth,
      batch: min(items.rowCount, BatchedProgram.inferenceBatch), store: store, seed: options.seed,
      threads: options.threads
    ) { x, shared in
      let posterior = network.posterior(of: x, sharing: shared)
      encoded = posterior
      return posterior.parts
    }.run(items)

    let graph = Graph()
    let shared = SharedParts()
    let pseudoInputs = try network.vampPrior.map {
      try EncodedPseudoInputs(
        network, $0, fedTo: graph, sharing: shared, store: store, threads: options.threads)
    }
    let x = graph.input("x", shape: [batch, specification.rowWidth])
    let inputs = parts.map {
      graph.input("posterior", shape: Shape([batch] + $0.shape.dimensions.dropFirst()))
    }
    guard let encoded else { preconditionFailure("a plan was made without its outputs") }
    let weight = Self.logWeight(
      network, x: x, posterior: encoded.rebuilt(from: inputs), sharing: shared)
    (item, partInputs, logWeight) = (x, inputs, weight)
    var planOptions = PlanOptions(threads: options.threads, seed: options.seed)
    planOptions.convolution = options.convolution
    plan = try Plan(graph: graph, outputs: [weight], store: store, options: planOptions)
    pseudoInputs?.feed(plan)
  }

  private static func logWeight(
    _ network: any LatentVariableModel, x rows: Tensor, posterior: any Distribution,
    sharing shared: SharedParts
  ) -> Tensor {
    let x = network.items(of: rows)
    let noise = NoiseSource.fresh(in: x.graph, prefix: "importance.")
    let code = posterior.draw(from: noise, stream: NoiseStream.posterior)
    let z = code.value
    guard let prior = network.prior(beside: rows, sharing: shared) else {
      preconditionFailure("importance sampling under a marginal prior")
    }
    return network.likelihood(of: z, observing: x).logDensity(of: x) + prior.logDensity(of: z)
      - posterior.logDensity(of: code)
  }

  /// The log-weights of fresh draws for the items numbered in `rows`, at most `batch`.
  func logWeights(of rows: [Int], step: UInt64) -> ArraySlice<Float> {
    feed(item, items, rows)
    for (input, part) in zip(partInputs, parts) { feed(input, part, rows) }
    plan.run(step: step)
    return plan.value(of: logWeight).elements.prefix(rows.count)
  }

  private func feed(_ input: Tensor, _ table: HostArray<Float>, _ rows: [Int]) {
    let width = table.rowSize
    plan.withInput(input) { place in
      table.elements.withUnsafeBufferPointer { source in
        guard let from = source.baseAddress, let to = place.baseAddress else { return }
        for (index, row) in rows.enumerated() {
          (to + index * width).update(from: from + row * width, count: width)
        }
      }
    }
  }
}
