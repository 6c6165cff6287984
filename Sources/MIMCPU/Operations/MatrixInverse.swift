import CKernels
import Foundation
import MIMTensor

extension MatrixInverse: CPUOperation {
  func instructions(_ binding: Binding) -> [Instruction] {
    let call = MatrixInverseCall(
      size: binding.inputShapes[0][0], inverse: binding.outputs[0],
      logDeterminant: binding.outputs[1])
    return [
      Instruction(
        mim_call_CALL(
          mim_callback(
            function: { context, values, count in
              guard let context, let values else { return }
              Unmanaged<MatrixInverseCall>.fromOpaque(context).takeUnretainedValue()
                .run(UnsafeBufferPointer(start: values, count: count))
            }, context: Unmanaged.passUnretained(call).toOpaque(), values: binding.inputs[0],
            count: binding.inputShapes[0].count)),
        keptAlive: call)
    ]
  }
}

/// An inverse as a plan computes it: matrices of channels are small, and rounding counts more than time.
private final class MatrixInverseCall {
  private let size: Int
  private let inverse: UnsafeMutablePointer<Float>?
  private let logDeterminant: UnsafeMutablePointer<Float>?

  init(
    size: Int, inverse: UnsafeMutablePointer<Float>?, logDeterminant: UnsafeMutablePointer<Float>?
  ) {
    (self.size, self.inverse, self.logDeterminant) = (size, inverse, logDeterminant)
  }

  func run(_ values: UnsafeBufferPointer<Float>) {
    let factors = LUFactors(values.map(Double.init), size: size)
    if let inverse {
      for (index, value) in factors.inverse.enumerated() { inverse[index] = Float(value) }
    }
    logDeterminant?.pointee = Float(factors.diagonal.reduce(0) { $0 + log($1.magnitude) })
  }
}
