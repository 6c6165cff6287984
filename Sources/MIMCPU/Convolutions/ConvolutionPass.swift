import CKernels
import MIMTensor

/// A pass of a convolution on blocked images, as a plan runs it.
protocol ConvolutionPass: CPUOperation {
  /// The output's pass together with the gate h·sigmoid(g) that follows it; nil where there is no such form.
  var gated: (any CPUOperation)? { get }
}

/// The three passes of a convolution.
enum ConvolutionKind: Sendable {
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

  /// The pass in the form that suits it best. Throws `EngineError.outOfMemory`.
  func bestPass(
    _ geometry: ConvolutionGeometry, biased: Bool, options: CPUOptions
  ) throws -> any CPUOperation {
    if let pass = WinogradPass(self, geometry, biased: biased, options: options) { return pass }
    return try DirectPass(self, geometry, biased: biased, options: options)
  }
}

extension ConvolutionGeometry {
  /// Into how many parts a pass over the images is divided. More than there are threads, so that a thread whose
  /// core another program takes delays little.
  func parts(threads: Int) -> Int {
    threads == 1 ? 1 : min(4 * threads, batch)
  }

  /// The images of a batch shared out to `parts`, each with its number.
  func shared(among parts: Int) -> [(part: Int, images: Range<Int>)] {
    let share = max(1, (batch + parts - 1) / max(parts, 1))
    return Swift.stride(from: 0, to: batch, by: share).enumerated().map { part, first in
      (part, first..<min(first + share, batch))
    }
  }
}

extension Instruction {
  static func copy(
    _ source: UnsafeMutablePointer<Float>?, to target: UnsafeMutablePointer<Float>?, count: Int
  ) -> Instruction {
    Instruction(
      mim_call_COPY_BLOCKS(
        mim_copy(
          source: source, target: target, blocks: 1, length: count, source_stride: 0,
          source_offset: 0, target_stride: 0, target_offset: 0)))
  }

  static func zeroes(_ target: UnsafeMutablePointer<Float>?, _ count: Int) -> Instruction {
    Instruction(mim_call_FILL(mim_fill(target: target, count: count, value: 0)))
  }
}
