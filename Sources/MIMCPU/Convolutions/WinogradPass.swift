import CKernels
import MIMTensor

/// One pass of a 3×3 or 5×5 convolution of stride 1 by Winograd's algorithm F(4×4, k×k) (Lavin and Gray 2016,
/// arXiv:1509.09308). Inputs and outputs are those of `DirectPass`. Each thread takes its share of the images.
struct WinogradPass: PackedPass {
  /// The channels of a product that are worked on together, and the unit of tiles (Loops/winograd.h).
  private static let (chunk, tileUnit) = (64, 12)
  /// The floats of a core's second-level cache that tiles may fill: two thirds of it.
  private static let cacheCount = Int(mim_second_level_cache()) / 6

  let kind: ConvolutionKind
  let geometry: ConvolutionGeometry
  let biased: Bool
  /// Whether the output is h·sigmoid(g) of its two heads (`FusedGates`).
  private(set) var isGated = false
  let threads: Int

  /// Nil where the algorithm doesn't apply, or would save less than half of the products.
  init?(
    _ kind: ConvolutionKind, _ geometry: ConvolutionGeometry, biased: Bool,
    options: CPUOptions
  ) {
    guard options.convolution == .automatic, geometry.stride == 1,
      geometry.kernelHeight == 3 || geometry.kernelHeight == 5,
      geometry.kernelWidth == geometry.kernelHeight, geometry.padding < geometry.kernelHeight,
      geometry.channels % geometry.lanes == 0
    else { return nil }
    self.kind = kind
    self.geometry = geometry
    self.biased = biased
    threads = options.threads
    let (height, width) = kind == .inputGradient ? input.size : output.size
    let tiles = height.roundedUp(to: 4) / 4 * (width.roundedUp(to: 4) / 4)
    guard 2 * tilePoints * tiles <= taps * taps * height * width else { return nil }
  }

  /// The output's pass with the gate that follows it; nil where a head doesn't fill its blocks.
  var gated: (any CPUOperation)? {
    guard kind == .output, !isGated, geometry.hasGateableHeads else { return nil }
    var pass = self
    pass.isGated = true
    return pass
  }

  func implementation(
    inputs: [Shape], outputs: [Shape], instructionSet: InstructionSet
  ) -> String? {
    "Winograd F(4×4, \(geometry.kernelHeight)×\(geometry.kernelWidth)), \(instructionSet.title)"
  }

}

extension WinogradPass {
  private typealias Images = (channels: Int, size: (height: Int, width: Int))

  private var taps: Int { geometry.kernelHeight }
  /// The places at which a tile is known.
  private var tilePoints: Int { (taps + 3) * (taps + 3) }

  /// x and y as they are stored.
  private var input: Images { (geometry.channels, (geometry.height, geometry.width)) }
  private var output: Images {
    (
      geometry.outputLayout.storedChannels,
      (geometry.outputHeight, geometry.outputWidth)
    )
  }
  /// What the products read and what they make: dy and dx for the input's gradient.
  private var ends: (from: Images, to: Images) {
    kind == .inputGradient ? (output, input) : (input, output)
  }
  private var padding: Int {
    kind == .inputGradient ? taps - 1 - geometry.padding : geometry.padding
  }

  /// How many channels of the output are h·sigmoid(g).
  private var gatedPairs: Int { isGated ? output.channels / 2 : 0 }
  private var pointCount: Int { tilePoints * input.channels * output.channels }
  private var columnCount: Int {
    ends.from.channels + min(Self.chunk, ends.to.channels)
  }
  /// How many tiles are worked on together.
  private var tiles: Int {
    let fitting = Self.cacheCount / (tilePoints * columnCount)
    return min(max(fitting / Self.tileUnit, 1), 4) * Self.tileUnit
  }

  /// Where in the workspace things lie: plain weights from 0 on, plain bias, numbers at the points (one array, or for
  /// weight gradients one for each part), sums of dy of each part, scratch of each thread.
  private var places: (bias: Int, points: Int, sums: Int, scratch: Int, share: Int, end: Int) {
    let bias = (output.channels * geometry.kernelCount).roundedUp(to: 16)
    let points = bias + output.channels
    let isGradient = kind == .weightGradient
    let sums = points + (isGradient ? parts : 1) * pointCount
    let scratch = sums + (isGradient ? parts * output.channels : 0)
    let share = tilePoints * (tiles * columnCount + 2 * 16)
    return (bias, points, sums, scratch, share, scratch + threads * share)
  }

  var biasPlace: Int { places.bias }
  var workspaceEnd: Int { places.end }

  func weights(_ workspace: Pointer) -> Instruction {
    let (outStep, inStep) = (geometry.kernelCount, taps * taps)
    let isBackward = kind == .inputGradient
    return Instruction(
      mim_call_WINOGRAD_WEIGHTS(
        mim_winograd_weights(
          weights: workspace, points: workspace + places.points, inputs: ends.from.channels,
          outputs: ends.to.channels, input_step: isBackward ? outStep : inStep,
          output_step: isBackward ? inStep : outStep, is_turned: isBackward,
          gated_pairs: isBackward ? 0 : gatedPairs, taps: taps)))
  }

  func convolution(
    _ from: Pointer, to: Pointer?, _ workspace: Pointer
  ) -> [Instruction] {
    calls { _, images in
      let target = to.map { $0 + images.lowerBound * Self.count(ends.to) / (isGated ? 2 : 1) }
      let bias = biased && kind == .output ? workspace + places.bias : nil
      return Instruction(
        mim_call_WINOGRAD_CONVOLUTION(
          mim_winograd_convolution(
            x: from + images.lowerBound * Self.count(ends.from),
            points: workspace + places.points, bias: bias, y: target,
            scratch: workspace + places.scratch, extents: extents(images.count),
            is_gated: isGated)))
    }
  }

  func gradient(
    _ x: Pointer, _ outer: Pointer, _ workspace: Pointer
  ) -> [Instruction] {
    let (points, sums) = (workspace + places.points, workspace + places.sums)
    let sumsOfParts = calls { part, images in
      Instruction(
        mim_call_WINOGRAD_WEIGHT_GRADIENT(
          mim_winograd_weight_gradient(
            x: x + images.lowerBound * Self.count(input),
            dy: outer + images.lowerBound * Self.count(output),
            points: points + part * pointCount, sums: sums + part * output.channels,
            scratch: workspace + places.scratch, extents: extents(images.count))))
    }
    return sumsOfParts + [
      Instruction(
        mim_call_WINOGRAD_WEIGHT_GRADIENT_RESULT(
          mim_winograd_weight_gradient_result(
            points: points, sums: sums, dw: workspace, db: workspace + places.bias,
            parts: sumsOfParts.count, inputs: input.channels, outputs: output.channels,
            point_step: pointCount, sum_step: output.channels, taps: taps)))
    ]
  }

  /// One call for each part of the images.
  private func calls(_ call: (Int, Range<Int>) -> Instruction) -> [Instruction] {
    geometry.shared(among: parts).map { call($0.part, $0.images) }.simultaneous
  }

  private func extents(_ images: Int) -> mim_winograd_extents {
    let (from, to) = ends
    return mim_winograd_extents(
      images: images, x_blocks: from.channels / geometry.lanes, x_height: from.size.height,
      x_width: from.size.width,
      y_blocks: (isGated ? gatedPairs : to.channels) / geometry.lanes, y_height: to.size.height,
      y_width: to.size.width, padding: padding, tiles: tiles, taps: taps,
      scratch_count: places.share)
  }

  /// The floats of one stored image.
  private static func count(_ images: Images) -> Int {
    images.channels * images.size.height * images.size.width
  }
}
