import CKernels

/// The kernel calls that update parameters: count the step once, then one Adam call each.
struct UpdateProgram {
  private(set) var calls: [Instruction] = []

  init(
    _ lowering: Lowering, _ memory: PlanMemory, _ store: ParameterStore,
    _ corrections: AlignedBuffer
  ) throws {
    guard !lowering.updates.isEmpty else { return }
    let steps = try store.statePointer("steps", shape: [1])
    var places: [AdamConfiguration: UnsafeMutablePointer<Float>] = [:]
    for update in lowering.updates {
      let configuration = update.configuration
      if places[configuration] == nil {
        let place = corrections.pointer + 16 * places.count
        calls.append(
          Instruction(
            MIM_ADAM_STEP, [steps, place], sizes: [places.isEmpty ? 1 : 0],
            scalars: [configuration.beta1, configuration.beta2]))
        places[configuration] = place
      }
      try calls.append(call(update, lowering, memory, store, places[configuration]))
    }
  }

  private func call(
    _ update: Update, _ lowering: Lowering, _ memory: PlanMemory, _ store: ParameterStore,
    _ corrections: UnsafeMutablePointer<Float>?
  ) throws -> Instruction {
    let node = lowering.graph.nodes[lowering.graph.values[update.parameter.id].node]
    guard let parameter = node.operation as? Parameter, let corrections,
      let place = memory.pointer(update.parameter.id),
      let gradient = memory.pointer(update.gradient.id),
      let learningRate = memory.pointer(update.learningRate.id)
    else { preconditionFailure("only parameters can be updated, not \(node.operation.name)") }
    let name = parameter.parameterName
    let shape = update.parameter.shape
    return update.instruction(
      parameter: place, gradient: gradient,
      firstMoment: try store.statePointer("\(name).firstMoment", shape: shape),
      secondMoment: try store.statePointer("\(name).secondMoment", shape: shape),
      corrections: corrections, learningRate: learningRate)
  }
}
