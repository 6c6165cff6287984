import MIMTensor

/// The pseudo-inputs of a VampPrior encoded outside of a plan that needs p(z): once for a whole
/// pass over data, not in every batch.
final class EncodedPseudoInputs {
  private let prior: VampPrior
  private let inputs: (means: Tensor, logScales: Tensor)
  private let program: BatchedProgram
  private let store: ParameterStore

  private static let batch = 100

  /// Makes `graph` take the components of p(z) as inputs, and says so to those who share.
  init(
    _ model: any LatentVariableModel, _ prior: VampPrior, fedTo graph: Graph,
    sharing shared: SharedParts, store: ParameterStore, threads: Int
  ) throws {
    self.prior = prior
    self.store = store
    inputs = prior.fedComponents(of: graph)
    var minScale: Float = 0
    program = try BatchedProgram(
      width: prior.item, batch: min(Self.batch, prior.count), store: store, seed: 0,
      threads: threads
    ) { u in
      let components = model.gaussianOfPseudoInputs(u)
      minScale = components.minScale
      return components.parts
    }
    shared.share(
      pseudoInputs: DiagonalGaussian(
        mean: inputs.means, logScale: inputs.logScales, minScale: minScale))
  }

  /// Encodes the pseudo-inputs as they are in the store now, if the plan needs them.
  func feed(_ plan: Plan) {
    var isNeeded = false
    plan.withInput(inputs.means) { _ in isNeeded = true }
    plan.withInput(inputs.logScales) { _ in isNeeded = true }
    guard isNeeded, let items = prior.items(store.parameters(named: VampPrior.weightName)) else {
      return
    }
    let components = program.run(items)
    plan.set(inputs.means, to: components[0])
    plan.set(inputs.logScales, to: components[1])
  }
}

extension ParameterStore {
  fileprivate func parameters(named name: String) -> [String: HostArray<Float>] {
    value(name).map { [name: $0] } ?? [:]
  }
}
