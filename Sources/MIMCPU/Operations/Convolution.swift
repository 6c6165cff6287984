import MIMTensor

extension Convolution: CPUOperation {
  func blocked(_ context: BlockedContext) throws -> BlockedForm? {
    let geometry = ConvolutionGeometry(
      self, x: context.inputs[0], weights: Array(context.inputs[1...heads]),
      lanes: context.options.lanes)
    let pass = try ConvolutionKind.output.bestPass(
      geometry, biased: biased, options: context.options)
    let parameters = [ChannelLayout?](repeating: nil, count: context.inputs.count - 1)
    return BlockedForm(
      operation: pass, inputs: [geometry.inputLayout] + parameters,
      outputs: [geometry.outputLayout])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    preconditionFailure("a convolution runs in its blocked form")
  }
}

extension ConvolutionInputGradient: CPUOperation {
  func blocked(_ context: BlockedContext) throws -> BlockedForm? {
    let geometry = ConvolutionGeometry(
      convolution, x: context.outputs[0],
      weights: Array(context.inputs.prefix(convolution.heads)), lanes: context.options.lanes)
    let weights = [ChannelLayout?](repeating: nil, count: convolution.heads)
    if geometry.isNarrow {
      return BlockedForm(
        operation: NarrowInputGradient(geometry: geometry, threads: context.options.threads),
        inputs: weights + [geometry.outputLayout], outputs: [nil])
    }
    let pass = try ConvolutionKind.inputGradient.bestPass(
      geometry, biased: false, options: context.options)
    return BlockedForm(
      operation: pass, inputs: weights + [geometry.outputLayout],
      outputs: [geometry.gradientLayout])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    preconditionFailure("a convolution runs in its blocked form")
  }
}

extension ConvolutionWeightGradient: CPUOperation {
  func blocked(_ context: BlockedContext) throws -> BlockedForm? {
    let geometry = ConvolutionGeometry(
      convolution, x: context.inputs[0],
      weights: Array(context.outputs.prefix(convolution.heads)), lanes: context.options.lanes)
    let pass = try ConvolutionKind.weightGradient.bestPass(
      geometry, biased: convolution.biased, options: context.options)
    return BlockedForm(
      operation: pass, inputs: [geometry.inputLayout, geometry.outputLayout],
      outputs: context.outputs.map { _ in nil })
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    preconditionFailure("a convolution runs in its blocked form")
  }
}
