import CKernels

/// A oneDNN primitive for one pass of a convolution, made before the plan's memory is laid out, as
/// only it knows how much scratch memory it needs.
final class PreparedConvolution: @unchecked Sendable {
  // Unchecked: a plan, and with it its primitives, belongs to one thread at a time.
  let handle: OpaquePointer

  /// Throws `EngineError.outOfMemory` or `.unsupportedConvolution`.
  init(
    _ pass: mim_convolution_pass, _ geometry: ConvolutionGeometry, biased: Bool,
    blockedInput: Bool, options: PlanOptions
  ) throws {
    var shape = mim_convolution_shape(
      pass: pass, batch: Int64(geometry.batch), in_channels: Int64(geometry.channels),
      in_height: Int64(geometry.height), in_width: Int64(geometry.width),
      out_channels: Int64(geometry.outputLayout.blocks * ChannelLayout.block),
      out_height: Int64(geometry.outputHeight), out_width: Int64(geometry.outputWidth),
      kernel_height: Int64(geometry.kernelHeight), kernel_width: Int64(geometry.kernelWidth),
      stride: Int64(geometry.stride), padding: Int64(geometry.padding),
      blocked_input: blockedInput ? 1 : 0, winograd: options.convolution == .automatic ? 1 : 0,
      bias: biased ? 1 : 0)
    var made: OpaquePointer?
    // oneDNN divides a primitive's work among the threads that are set when it is made.
    mim_set_threads(Int32(clamping: max(1, options.threads)))
    let status = mim_convolution_create(&shape, &made)
    guard let made, status == 0 else {
      throw EngineError.unsupportedConvolution(
        input: [geometry.batch, geometry.channels, geometry.height, geometry.width],
        kernel: [geometry.kernelHeight, geometry.kernelWidth])
    }
    handle = made
  }

  deinit { mim_convolution_destroy(handle) }

  /// The floats of scratch memory it needs.
  var workspaceCount: Int { Int(mim_convolution_workspace(handle)) }

  /// oneDNN's name of the algorithm.
  var implementation: String { String(cString: mim_convolution_implementation(handle)) }

  /// Fixes its arrays for the life of the plan.
  func bind(
    input: UnsafeMutablePointer<Float>, output: UnsafeMutablePointer<Float>,
    workspace: UnsafeMutablePointer<Float>
  ) {
    let status = mim_convolution_bind(handle, input, output, workspace)
    precondition(status == 0, "oneDNN refuses the memory of a convolution")
  }

  /// Where in the workspace the plain weights and biases of all heads lie.
  func weights(in workspace: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Float> {
    workspace + Int(mim_convolution_weights_offset(handle))
  }
  func bias(in workspace: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Float> {
    workspace + Int(mim_convolution_bias_offset(handle))
  }
}
