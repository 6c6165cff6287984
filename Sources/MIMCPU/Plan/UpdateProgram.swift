import CKernels
import MIMTensor

/// The kernel calls that update parameters: count the step once, then one Adam call or copy each.
/// Weights that a mask forbids are set to zero again after their update.
struct UpdateProgram {
  private(set) var calls: [Instruction] = []
  private let lowering: Lowering
  private let memory: PlanMemory
  private let store: ParameterStore
  private let corrections: AlignedBuffer
  /// Where gradients lie that were averaged over ranks.
  private let averaged: [Int: UnsafeMutablePointer<Float>]
  /// Where the bias corrections of each configuration lie.
  private var places: [AdamConfiguration: UnsafeMutablePointer<Float>] = [:]

  init(
    _ lowering: Lowering, _ memory: PlanMemory, _ store: ParameterStore,
    _ corrections: AlignedBuffer, _ averaged: [Int: UnsafeMutablePointer<Float>]
  ) throws {
    self.lowering = lowering
    self.memory = memory
    self.store = store
    self.corrections = corrections
    self.averaged = averaged
    let masks = lowering.masks
    for update in lowering.updates {
      switch update.rule {
      case .adam(let gradient, let learningRate, let configuration):
        try count(configuration)
        try calls.append(adam(update.parameter, gradient, learningRate, configuration))
      case .replacement(let value):
        calls.append(
          .copy(place(value), to: place(update.parameter), count: update.parameter.count))
      }
      if let mask = masks[update.parameter.id] {
        let weights = place(update.parameter)
        calls.append(
          mask.instruction(update.parameter.shape, weights, weights))
      }
    }
  }

  private func place(_ tensor: Tensor) -> UnsafeMutablePointer<Float> {
    guard let place = memory.pointer(tensor.id) else {
      preconditionFailure("an update of \(tensor.shape) reads a dead value")
    }
    return place
  }

  /// The step is counted by the first configuration's call.
  private mutating func count(_ configuration: AdamConfiguration) throws {
    guard places[configuration] == nil else { return }
    let steps = try store.stateBuffer("steps", shape: [1]).place
    let place = corrections.pointer + 16 * places.count
    calls.append(
      Instruction(
        mim_call_ADAM_STEP(
          mim_adam_step(
            steps: steps, corrections: place, counts: places.isEmpty,
            beta1: configuration.beta1, beta2: configuration.beta2))))
    places[configuration] = place
  }

  private func adam(
    _ parameter: Tensor, _ gradient: Tensor, _ learningRate: Tensor,
    _ configuration: AdamConfiguration
  ) throws -> Instruction {
    let node = lowering.graph.nodes[lowering.graph.values[parameter.id].node]
    guard let named = node.operation as? Parameter, let corrections = places[configuration]
    else { preconditionFailure("only parameters can be updated, not \(node.operation.name)") }
    let name = named.parameterName
    return configuration.instruction(
      parameter: place(parameter), gradient: averaged[gradient.id] ?? place(gradient),
      firstMoment: try store.stateBuffer("\(name).firstMoment", shape: parameter.shape).place,
      secondMoment: try store.stateBuffer("\(name).secondMoment", shape: parameter.shape).place,
      corrections: corrections, learningRate: place(learningRate), count: parameter.count)
  }
}

extension Lowering {
  /// The parameters that masked convolutions read, and how they are masked.
  fileprivate var masks: [Int: MaskedWeights] {
    var masks: [Int: MaskedWeights] = [:]
    for node in live.map({ graph.nodes[$0] }) {
      if let masked = node.operation as? MaskedWeights { masks[node.inputs[0]] = masked }
    }
    return masks
  }
}
