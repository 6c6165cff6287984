import CKernels

/// One pass of a convolution on blocked images, as a plan runs it.
struct ConvolutionPass: Operation {
  enum Kind: Sendable {
    /// x, weights, biases → y.
    case output
    /// weights, dy → dx.
    case inputGradient
    /// x, dy → dW, db.
    case weightGradient

    var code: mim_convolution_pass {
      switch self {
      case .output: MIM_CONVOLUTION_OUTPUT
      case .inputGradient: MIM_CONVOLUTION_INPUT_GRADIENT
      case .weightGradient: MIM_CONVOLUTION_WEIGHT_GRADIENT
      }
    }
  }

  let kind: Kind
  let geometry: ConvolutionGeometry
  let biased: Bool
  let prepared: PreparedConvolution

  /// Throws `EngineError.unsupportedConvolution`.
  init(
    _ kind: Kind, _ geometry: ConvolutionGeometry, biased: Bool, options: PlanOptions
  ) throws {
    self.kind = kind
    self.geometry = geometry
    self.biased = biased
    let layout = kind == .inputGradient ? geometry.gradientLayout : geometry.inputLayout
    prepared = try PreparedConvolution(
      kind.code, geometry, biased: biased, blockedInput: layout != nil, options: options)
  }

  var name: String {
    switch kind {
    case .output: "convolution"
    case .inputGradient: "convolutionInputGradient"
    case .weightGradient: "convolutionWeightGradient"
    }
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { geometry.operations }

  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int { prepared.workspaceCount }

  func instructions(_ binding: Binding) -> [Instruction] {
    guard let workspace = binding.workspace else { return [] }
    let heads = geometry.heads.count
    switch kind {
    case .output:
      guard let output = binding.outputs[0] else { return [] }
      prepared.bind(input: binding.inputs[0], output: output, workspace: workspace)
      let parameters = binding.inputs.dropFirst().map { Optional($0) }
      return packing(Array(parameters), into: workspace) + [run]
    case .inputGradient:
      guard let output = binding.outputs[0] else { return [] }
      prepared.bind(input: output, output: binding.inputs[heads], workspace: workspace)
      return packing(binding.inputs.prefix(heads).map { Optional($0) }, into: workspace) + [run]
    case .weightGradient:
      prepared.bind(input: binding.inputs[0], output: binding.inputs[1], workspace: workspace)
      return [run] + unpacking(from: workspace, into: binding.outputs)
    }
  }

  private var run: Instruction {
    Instruction(
      MIM_CONVOLUTION,
      [UnsafeMutableRawPointer(prepared.handle).assumingMemoryBound(to: Float.self)], sizes: [])
  }

  /// The floats of one output channel's weights.
  private var kernelCount: Int {
    geometry.channels * geometry.kernelHeight * geometry.kernelWidth
  }

  /// Where head `index` begins among the output channels, whole blocks before it.
  private func firstChannel(_ index: Int) -> Int {
    ChannelLayout(segments: Array(geometry.heads.prefix(index))).blocks * ChannelLayout.block
  }

  /// The heads' weights, then their biases, put where the primitive reads them.
  private func packing(
    _ parameters: [UnsafeMutablePointer<Float>?], into workspace: UnsafeMutablePointer<Float>
  ) -> [Instruction] {
    let (weights, bias) = (prepared.weights(in: workspace), prepared.bias(in: workspace))
    let layout = geometry.outputLayout
    var calls: [Instruction] = []
    if layout.isPadded {
      let channels = layout.blocks * ChannelLayout.block
      calls = [.zeroes(weights, channels * kernelCount), .zeroes(bias, channels)]
    }
    for (index, source) in parameters.enumerated() {
      let head = index % geometry.heads.count
      let isBias = index >= geometry.heads.count
      let unit = isBias ? 1 : kernelCount
      let place = (isBias ? bias : weights) + firstChannel(head) * unit
      calls.append(.copy(source, to: place, count: geometry.heads[head] * unit))
    }
    return calls
  }

  private func unpacking(
    from workspace: UnsafeMutablePointer<Float>, into outputs: [UnsafeMutablePointer<Float>?]
  ) -> [Instruction] {
    let (weights, bias) = (prepared.weights(in: workspace), prepared.bias(in: workspace))
    return outputs.enumerated().compactMap { index, target in
      guard let target else { return nil }
      let head = index % geometry.heads.count
      let isBias = index >= geometry.heads.count
      let unit = isBias ? 1 : kernelCount
      let place = (isBias ? bias : weights) + firstChannel(head) * unit
      return .copy(place, to: target, count: geometry.heads[head] * unit)
    }
  }
}

extension Instruction {
  static func copy(
    _ source: UnsafeMutablePointer<Float>?, to target: UnsafeMutablePointer<Float>?, count: Int
  ) -> Instruction {
    Instruction(MIM_COPY_BLOCKS, [source, target], sizes: [1, count, 0, 0, 0, 0])
  }

  static func zeroes(_ target: UnsafeMutablePointer<Float>?, _ count: Int) -> Instruction {
    Instruction(MIM_FILL, [target], sizes: [count], scalars: [0])
  }
}
