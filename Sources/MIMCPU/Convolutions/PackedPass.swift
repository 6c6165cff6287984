import CKernels
import MIMTensor

/// A pass that packs the weights for its loops first: both forms (`DirectPass`, `WinogradPass`) are driven from here.
protocol PackedPass: ConvolutionPass {
  typealias Pointer = UnsafeMutablePointer<Float>

  var kind: ConvolutionKind { get }
  var geometry: ConvolutionGeometry { get }
  /// Whether the output is h·sigmoid(g) of its two heads (`FusedGates`).
  var isGated: Bool { get }
  var threads: Int { get }
  /// Where in the workspace the plain bias lies; the plain weights lie at 0.
  var biasPlace: Int { get }
  /// The floats of the workspace.
  var workspaceEnd: Int { get }

  /// Packs the plain weights in the workspace.
  func weights(_ workspace: Pointer) -> Instruction
  /// The output's pass or, of dy, that of the input's gradient.
  func convolution(_ from: Pointer, to target: Pointer?, _ workspace: Pointer) -> [Instruction]
  /// The plain gradients of weights and bias in the workspace.
  func gradient(_ x: Pointer, _ outer: Pointer, _ workspace: Pointer) -> [Instruction]
}

extension PackedPass {
  var name: String { isGated ? "gatedConvolution" : kind.name }

  /// A weight gradient keeps sums of each part.
  var parts: Int {
    let parts = geometry.parts(threads: threads)
    return kind == .weightGradient ? min(2 * threads, parts) : parts
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    geometry.operations + (isGated ? 2 * outputs[0].count : 0)
  }

  func extents(inputs: [Shape], outputs: [Shape]) -> String { geometry.extents }

  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int { workspaceEnd }

  func instructions(_ binding: Binding) -> [Instruction] {
    guard let workspace = binding.workspace else { return [] }
    let packed = PackedParameters(geometry, weights: workspace, bias: workspace + biasPlace)
    let heads = geometry.heads.count
    switch kind {
    case .output:
      let parameters = binding.inputs.dropFirst().map { Optional($0) }
      return packed.packing(Array(parameters)) + [weights(workspace)]
        + convolution(binding.inputs[0], to: binding.outputs[0], workspace)
    case .inputGradient:
      return packed.packing(binding.inputs.prefix(heads).map { Optional($0) })
        + [weights(workspace)]
        + convolution(binding.inputs[heads], to: binding.outputs[0], workspace)
    case .weightGradient:
      return gradient(binding.inputs[0], binding.inputs[1], workspace)
        + packed.unpacking(into: binding.outputs)
    }
  }
}
