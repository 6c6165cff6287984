import CKernels

/// One pass of a convolution on blocked images, as a plan runs it: a oneDNN primitive.
struct ConvolutionPass: GateableConvolution {
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

    var name: String {
      switch self {
      case .output: "convolution"
      case .inputGradient: "convolutionInputGradient"
      case .weightGradient: "convolutionWeightGradient"
      }
    }
  }

  let kind: Kind
  let geometry: ConvolutionGeometry
  let biased: Bool
  let prepared: PreparedConvolution
  private let threads: Int

  /// The pass in the form that suits it best. Throws `EngineError.unsupportedConvolution`.
  static func best(
    _ kind: Kind, _ geometry: ConvolutionGeometry, biased: Bool, options: PlanOptions
  ) throws -> any Operation {
    if let pass = WinogradPass(kind, geometry, biased: biased, options: options) { return pass }
    return try ConvolutionPass(kind, geometry, biased: biased, options: options)
  }

  /// Throws `EngineError.unsupportedConvolution`.
  init(
    _ kind: Kind, _ geometry: ConvolutionGeometry, biased: Bool, options: PlanOptions
  ) throws {
    self.kind = kind
    self.geometry = geometry
    self.biased = biased
    threads = options.threads
    let layout = kind == .inputGradient ? geometry.gradientLayout : geometry.inputLayout
    prepared = try PreparedConvolution(
      kind.code, geometry, biased: biased, blockedInput: layout != nil, options: options)
  }

  var name: String { kind.name }

  var gated: (any Operation)? {
    kind == .output ? NarrowGatedConvolution(geometry, biased: biased, threads: threads) : nil
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { geometry.operations }

  func implementation(
    inputs: [Shape], outputs: [Shape], instructionSet: InstructionSet
  ) -> String? {
    "oneDNN \(prepared.implementation)"
  }

  func extents(inputs: [Shape], outputs: [Shape]) -> String { geometry.extents }

  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int { prepared.workspaceCount }

  func instructions(_ binding: Binding) -> [Instruction] {
    guard let workspace = binding.workspace else { return [] }
    let heads = geometry.heads.count
    let packed = PackedParameters(
      geometry, weights: prepared.weights(in: workspace), bias: prepared.bias(in: workspace))
    switch kind {
    case .output:
      guard let output = binding.outputs[0] else { return [] }
      prepared.bind(input: binding.inputs[0], output: output, workspace: workspace)
      let parameters = binding.inputs.dropFirst().map { Optional($0) }
      return packed.packing(Array(parameters)) + [run]
    case .inputGradient:
      guard let output = binding.outputs[0] else { return [] }
      prepared.bind(input: output, output: binding.inputs[heads], workspace: workspace)
      return packed.packing(binding.inputs.prefix(heads).map { Optional($0) }) + [run]
    case .weightGradient:
      prepared.bind(input: binding.inputs[0], output: binding.inputs[1], workspace: workspace)
      return [run] + packed.unpacking(into: binding.outputs)
    }
  }

  private var run: Instruction {
    Instruction(
      MIM_CONVOLUTION,
      [UnsafeMutableRawPointer(prepared.handle).assumingMemoryBound(to: Float.self)], sizes: [])
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
