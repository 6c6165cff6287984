import MIMTensor

/// Parameters and optimiser state at one moment, and how much they have seen.
struct TrainingSnapshot {
  let parameters: [String: HostArray<Float>]
  let optimizerState: [String: HostArray<Float>]
  let epoch: Int
  let step: UInt64

  /// Copies what is in the store now.
  init(_ store: ParameterStore, epoch: Int, step: UInt64) {
    parameters = store.parameters
    optimizerState = store.optimiserState
    self.epoch = epoch
    self.step = step
  }

  /// Parameters and state that were read from a file.
  init(
    parameters: [String: HostArray<Float>], optimizerState: [String: HostArray<Float>],
    epoch: Int, step: UInt64
  ) {
    self.parameters = parameters
    self.optimizerState = optimizerState
    self.epoch = epoch
    self.step = step
  }

  /// Whether every parameter is a number.
  var isFinite: Bool { parameters.values.allSatisfy { $0.elements.allSatisfy(\.isFinite) } }
}
