import MIMCPU
import MIMTensor

/// What models compute on: the one place that says so.
private let standardBackend: any Backend = CPUBackend()

extension Computation {
  /// What a step costs on the backend of models; see `Backend.cost`.
  func cost(options: PlanOptions) throws -> PlanSummary {
    try standardBackend.cost(of: self, options: options)
  }
}

extension ParameterStore {
  /// An empty store on the backend of models.
  public convenience init() { self.init(on: standardBackend) }

  /// A store holding `parameters` on the backend of models. Throws `EngineError.outOfMemory`.
  public convenience init(_ parameters: [String: HostArray<Float>]) throws {
    try self.init(parameters, on: standardBackend)
  }
}
