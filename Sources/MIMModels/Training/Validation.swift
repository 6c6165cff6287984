import MIMTensor

/// The own objective at full β on the validation split, both branches where the objective has
/// two and its decoder can be drawn from in a plan; the loss that selects the best epoch.
package struct Validation {
  private let program: BatchedProgram
  /// The names of what parts of the model add to the loss, in the order of the program's outputs.
  private let extras: [String]
  private let items: HostArray<Float>
  /// How an item's class stands in its row; nil where the model doesn't see it.
  private let attributes: LabelAttributes?
  /// The items that take part: all, or as many as fill batches.
  private let used: Int
  /// Where points are drawn anew for each epoch: from what, and with which seed.
  private let drawn: (density: MixtureDensity, seed: UInt64)?
  private let collective: any Collective

  package init(
    _ model: any LatentVariableModel, specification: ModelSpecification, split: DataSplit,
    density: MixtureDensity? = nil, store: ParameterStore, options: TrainingOptions,
    collective: any Collective = SerialCollective()
  ) throws {
    self.collective = collective
    items = try specification.rows(split.items, labels: split.labels)
    attributes = specification.attributes
    drawn = options.validation == .anew ? density.map { ($0, options.seed) } : nil
    let objective = specification.tracedObjective
    let batch: Int
    if objective.isPairwise {
      // Every item of a batch is compared with all others, so that none may be a filling of zeros.
      batch = min(options.batch, max(1, split.count))
      used = split.count / batch * batch
    } else {
      (batch, used) = (options.batch, split.count)
    }
    var extras: [String] = []
    program = try BatchedProgram(
      model, width: specification.rowWidth, batch: batch, store: store, seed: options.seed,
      threads: options.threads
    ) { x, shared in
      let losses = BranchLosses(
        model, objective: objective, x: x, beta: x.graph.scalar(Float(specification.beta)),
        decoderBranch: objective.hasDecoderBranch && !model.isAutoregressive, baseline: .none,
        noise: .fresh(in: x.graph, prefix: "validation."), decoded: options.decoded ?? .sample,
        dataCount: split.count, sharing: shared)
      extras = losses.extras.map(\.name)
      return [losses.reportedPerItem, losses.recon, losses.kl] + losses.extras.map(\.loss)
    }
    self.extras = extras
  }

  /// The means over the split after an epoch, which also picks the noise.
  package func terms(epoch: Int, hasKL: Bool) -> LossTerms {
    let batches = UInt64(max(1, items.rowCount))
    let values = program.run(
      points(epoch).rows(Array(0..<used)), firstStep: UInt64(epoch) &* batches,
      collective: collective
    ).map(\.mean)
    return LossTerms(
      loss: values[0], recon: values[1], kl: hasKL ? values[2] : nil,
      extras: extras.isEmpty
        ? nil : Dictionary(zip(extras, values.dropFirst(3)), uniquingKeysWith: +))
  }

  private func points(_ epoch: Int) -> HostArray<Float> {
    guard let drawn else { return items }
    var stream = RandomStream(seed: drawn.seed, stream: "toy.validation.\(epoch)")
    let (points, labels) = drawn.density.sample(items.rowCount, using: &stream)
    return attributes?.rows(points, labels: labels) ?? points
  }
}

extension HostArray where Element == Float {
  /// The mean of all elements, summed in double precision.
  package var mean: Double { elements.reduce(0) { $0 + Double($1) } / Double(max(1, count)) }
}
