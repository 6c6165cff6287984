import CKernels
import MIMTensor

/// One pass of a convolution by plain sums of products, for every shape (Loops/direct_convolution.h). Each thread
/// takes its share of the images.
struct DirectPass: PackedPass {
  let kind: ConvolutionKind
  let geometry: ConvolutionGeometry
  let biased: Bool
  /// Whether the output is h·sigmoid(g) of its two heads (`FusedGates`).
  let isGated: Bool
  private let tables: DirectTables
  let threads: Int

  /// Throws `EngineError.outOfMemory`.
  init(
    _ kind: ConvolutionKind, _ geometry: ConvolutionGeometry, biased: Bool, options: CPUOptions
  ) throws {
    try self.init(
      kind, geometry, biased: biased, isGated: false, threads: options.threads)
  }

  private init(
    _ kind: ConvolutionKind, _ geometry: ConvolutionGeometry, biased: Bool, isGated: Bool,
    threads: Int
  ) throws {
    self.kind = kind
    self.geometry = geometry
    self.biased = biased
    self.isGated = isGated
    self.threads = threads
    tables = try DirectTables(kind, geometry, isGated: isGated)
  }

  /// Nil where a head doesn't fill its blocks, and where there is no memory for the tables: the gate is then a pass
  /// of its own.
  var gated: (any CPUOperation)? {
    guard kind == .output, !isGated, geometry.hasGateableHeads else { return nil }
    return try? DirectPass(kind, geometry, biased: biased, isGated: true, threads: threads)
  }

  func implementation(
    inputs: [Shape], outputs: [Shape], instructionSet: InstructionSet
  ) -> String? {
    "direct, \(instructionSet.title)"
  }

}

extension DirectPass {
  private var outChannels: Int { geometry.outputLayout.storedChannels }
  private var taps: Int { geometry.kernelHeight * geometry.kernelWidth }

  /// Where in the workspace things lie: plain weights from 0 on, plain bias, packed weights (one array, or for weight
  /// gradients one for each part), sums of dy of each part, a padded image of each thread.
  private var places: (bias: Int, packed: Int, sums: Int, padded: Int, end: Int) {
    let bias = (outChannels * geometry.kernelCount).roundedUp(to: 16)
    let packed = bias + outChannels.roundedUp(to: 16)
    let isGradient = kind == .weightGradient
    let sums = packed + (isGradient ? parts : 1) * tables.packedCount
    let padded = sums + (isGradient ? parts * outChannels.roundedUp(to: 16) : 0)
    return (bias, packed, sums, padded, padded + threads * tables.paddedCount)
  }

  var biasPlace: Int { places.bias }
  var workspaceEnd: Int { places.end }

  func weights(_ workspace: Pointer) -> Instruction {
    let (outStep, inStep) = (geometry.kernelCount, taps)
    let isBackward = kind == .inputGradient
    return Instruction(
      mim_call_DIRECT_WEIGHTS(
        mim_direct_weights(
          pass: tables.pass, weights: workspace, packed: workspace + places.packed,
          target_step: isBackward ? inStep : outStep, source_step: isBackward ? outStep : inStep,
          source_channels: isBackward ? outChannels : geometry.channels,
          target_channels: isBackward ? geometry.channels : outChannels)))
  }

  func convolution(_ from: Pointer, to: Pointer?, _ workspace: Pointer) -> [Instruction] {
    let (input, output) = (geometry.inputCount, geometry.outputCount)
    let (fromCount, toCount) =
      kind == .inputGradient
      ? (output, geometry.gradientCount) : (input, isGated ? output / 2 : output)
    return geometry.shared(among: parts).map { _, images in
      Instruction(
        mim_call_DIRECT_CONVOLUTION(
          mim_direct_convolution(
            pass: tables.pass, source: from + images.lowerBound * fromCount,
            weights: workspace + places.packed,
            bias: biased && kind == .output ? workspace + places.bias : nil,
            target: to?.advanced(by: images.lowerBound * toCount),
            scratch: workspace + places.padded, images: images.count)))
    }.simultaneous
  }

  func gradient(
    _ x: Pointer, _ outer: Pointer, _ workspace: Pointer
  ) -> [Instruction] {
    let sumCount = outChannels.roundedUp(to: 16)
    let (packed, sums) = (workspace + places.packed, workspace + places.sums)
    let calls = geometry.shared(among: parts).map { part, images in
      Instruction(
        mim_call_DIRECT_WEIGHT_GRADIENT(
          mim_direct_weight_gradient(
            pass: tables.pass, x: x + images.lowerBound * geometry.inputCount,
            dy: outer + images.lowerBound * geometry.outputCount,
            packed: packed + part * tables.packedCount, sums: sums + part * sumCount,
            scratch: workspace + places.padded, images: images.count)))
    }.simultaneous
    return calls + [
      Instruction(
        mim_call_DIRECT_WEIGHT_GRADIENT_RESULT(
          mim_direct_weight_gradient_result(
            pass: tables.pass, packed: packed, sums: sums, dw: workspace,
            db: workspace + places.bias, parts: calls.count, packed_step: tables.packedCount,
            sum_step: sumCount, channels: geometry.channels)))
    ]
  }
}
