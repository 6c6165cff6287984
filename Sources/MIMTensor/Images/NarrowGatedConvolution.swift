import CKernels

/// h·sigmoid(g) of a convolution of plainly stored images of up to three channels, stride 1, for inference. Inputs:
/// those of `ConvolutionPass`.
struct NarrowGatedConvolution: Operation {
  let geometry: ConvolutionGeometry
  let biased: Bool
  /// How many parts of the batch are worked on at the same time, each with scratch of its own.
  let threads: Int
  var name: String { "gatedConvolution" }

  /// Nil where the kernel doesn't apply: another stride, or heads that don't fill their blocks.
  init?(_ geometry: ConvolutionGeometry, biased: Bool, threads: Int) {
    guard geometry.isNarrow, geometry.heads.count == 2, geometry.heads[0] == geometry.heads[1],
      !geometry.outputLayout.isPadded
    else { return nil }
    self.geometry = geometry
    self.biased = biased
    self.threads = max(1, threads)
  }

  private var pairs: Int { geometry.heads[0] }
  private var weightCount: Int { 2 * pairs * geometry.kernelCount }
  /// A row of the padded image: the pixels that are made together reach up to 13 beyond its end.
  private var line: Int { geometry.width + 2 * geometry.padding + 14 }
  private var scratchCount: Int {
    (weightCount + geometry.channels * (geometry.height + 2 * geometry.padding) * line)
      .roundedUp(to: ChannelLayout.block)
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    geometry.operations + 2 * outputs[0].count
  }

  func implementation(
    inputs: [Shape], outputs: [Shape], instructionSet: InstructionSet
  ) -> String? {
    "own loops, few channels, \(instructionSet.title)"
  }

  func extents(inputs: [Shape], outputs: [Shape]) -> String { geometry.extents }

  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int {
    weightCount + 2 * pairs + min(threads, geometry.batch) * scratchCount
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    guard let workspace = binding.workspace, let y = binding.outputs[0] else { return [] }
    let (bias, scratch) = (workspace + weightCount, workspace + weightCount + 2 * pairs)
    let packed = PackedParameters(geometry, weights: workspace, bias: bias)
    let parts = min(threads, geometry.batch)
    let share = (geometry.batch + parts - 1) / parts
    let calls = stride(from: 0, to: geometry.batch, by: share).enumerated().map { part, first in
      call(
        [
          binding.inputs[0] + first * geometry.channels * geometry.height * geometry.width,
          workspace, biased ? bias : nil,
          y + first * pairs * geometry.outputHeight * geometry.outputWidth,
          scratch + part * scratchCount,
        ], images: min(share, geometry.batch - first))
    }
    return packed.packing(binding.inputs.dropFirst().map { Optional($0) }) + calls.simultaneous
  }

  private func call(_ arrays: [UnsafeMutablePointer<Float>?], images: Int) -> Instruction {
    let g = geometry
    return Instruction(
      MIM_NARROW_GATED_CONVOLUTION, arrays,
      sizes: [
        images, g.channels, g.height, g.width, pairs, g.outputHeight, g.outputWidth,
        g.kernelHeight, g.kernelWidth, g.padding, line,
      ])
  }
}
