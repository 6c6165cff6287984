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
    Instruction(
      form == .adam ? MIM_ADAM : MIM_GRADIENT_NORMALISED_ADAM,
      [parameter, gradient, firstMoment, secondMoment, corrections, learningRate],
      sizes: [count], scalars: [beta1, beta2, epsilon])
  }
}
