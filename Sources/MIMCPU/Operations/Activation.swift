import CKernels
import MIMTensor

extension Activation {
  /// The number the affine kernel knows it by. Swish needs its own input for its derivative, so
  /// it is an operation by itself.
  var code: Int {
    switch self {
    case .none, .swish: 0
    case .tanh: 1
    case .relu: 2
    case .sigmoid: 3
    }
  }

  var gradientKernel: mim_kernel {
    switch self {
    case .tanh: MIM_TANH_GRADIENT
    case .relu: MIM_RELU_GRADIENT
    case .sigmoid: MIM_SIGMOID_GRADIENT
    case .none, .swish: preconditionFailure("\(self) is not fused")
    }
  }
}
