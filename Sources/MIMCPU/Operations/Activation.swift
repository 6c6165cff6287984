import CKernels
import MIMTensor

extension Activation {
  /// The name the affine kernel knows it by. Swish needs its own input for its derivative, so
  /// it is an operation by itself.
  var code: mim_activation {
    switch self {
    case .none, .swish: MIM_NO_ACTIVATION
    case .tanh: MIM_ACTIVATION_TANH
    case .relu: MIM_ACTIVATION_RELU
    case .sigmoid: MIM_ACTIVATION_SIGMOID
    }
  }

  /// The kernel of its derivative, from its output.
  var gradientKernel: (mim_unary_gradient) -> mim_call {
    switch self {
    case .tanh: mim_call_TANH_GRADIENT
    case .relu: mim_call_RELU_GRADIENT
    case .sigmoid: mim_call_SIGMOID_GRADIENT
    case .none, .swish: preconditionFailure("\(self) is not fused")
    }
  }
}
