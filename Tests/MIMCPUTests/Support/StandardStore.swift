import MIMCPU
import MIMTensor

extension ParameterStore {
  /// A store on the processor with the instruction set in use.
  convenience init() { self.init(on: CPUBackend()) }

  convenience init(_ parameters: [String: HostArray<Float>]) throws {
    try self.init(parameters, on: CPUBackend())
  }
}
