import CKernels
import MIMTensor

/// The gradient of a convolution's plainly stored input of up to three channels, stride 1. Inputs: the heads'
/// weights, the blocked outer gradient.
struct NarrowInputGradient: CPUOperation {
  let geometry: ConvolutionGeometry
  /// The threads that share the images, each with its own scratch.
  let threads: Int
  var name: String { "convolutionInputGradient" }

  private var outputs: Int { geometry.outputLayout.storedChannels }
  private var weightCount: Int { (outputs * geometry.kernelCount).roundedUp(to: 16) }
  /// A row of the padded image: whole strips of 32 pixels and what a kernel's row reaches beyond.
  private var line: Int {
    max(geometry.outputWidth.roundedUp(to: 32), geometry.width) + geometry.kernelWidth
      + geometry.padding
  }
  private var scratchCount: Int {
    (outputs * 32 + geometry.channels * geometry.height * line).roundedUp(to: 16)
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { geometry.operations }

  func implementation(
    inputs: [Shape], outputs: [Shape], instructionSet: InstructionSet
  ) -> String? {
    "own loops, few channels, \(instructionSet.title)"
  }

  func extents(inputs: [Shape], outputs: [Shape]) -> String { geometry.extents }

  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int {
    weightCount + threads * scratchCount
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    guard let workspace = binding.workspace, let dx = binding.outputs[0] else { return [] }
    let heads = geometry.heads.count
    let packed = PackedParameters(geometry, weights: workspace, bias: workspace)
    let outer = binding.inputs[heads]
    let calls = geometry.shared(among: geometry.parts(threads: threads)).map { _, images in
      call(
        outer, weights: workspace, dx, scratch: workspace + weightCount,
        images: images)
    }
    return packed.packing(binding.inputs.prefix(heads).map { Optional($0) }) + calls.simultaneous
  }

  private func call(
    _ outer: UnsafeMutablePointer<Float>, weights: UnsafeMutablePointer<Float>,
    _ dx: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>, images: Range<Int>
  ) -> Instruction {
    let g = geometry
    return Instruction(
      mim_call_NARROW_INPUT_GRADIENT(
        mim_narrow_input_gradient(
          dy: outer + images.lowerBound * outputs * g.outputHeight * g.outputWidth,
          weights: weights, dx: dx + images.lowerBound * g.channels * g.height * g.width,
          scratch: scratch, images: images.count, outputs: outputs, y_height: g.outputHeight,
          y_width: g.outputWidth, channels: g.channels, height: g.height, width: g.width,
          kernel_height: g.kernelHeight, kernel_width: g.kernelWidth, padding: g.padding,
          line: line, scratch_count: scratchCount)))
  }
}
