import CKernels
import MIMTensor

extension AdamConfiguration {
  /// `corrections` holds the two bias corrections 1 − β₁ᵗ and 1 − β₂ᵗ of this step.
  func instruction(
    parameter: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>,
    firstMoment: UnsafeMutablePointer<Float>, secondMoment: UnsafeMutablePointer<Float>,
    corrections: UnsafeMutablePointer<Float>, learningRate: UnsafeMutablePointer<Float>,
    count: Int
  ) -> Instruction {
    let operands = mim_adam(
      parameter: parameter, first_moment: firstMoment, second_moment: secondMoment,
      gradient: gradient, corrections: corrections, learning_rate: learningRate, count: count,
      beta1: beta1, beta2: beta2, epsilon: epsilon)
    return Instruction(
      form == .adam ? mim_call_ADAM(operands) : mim_call_GRADIENT_NORMALISED_ADAM(operands))
  }
}
