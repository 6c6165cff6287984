/// A two-dimensional convolution with one or more heads (W, b) that share x; their results stand one
/// behind the other along the channels.
/// Inputs: x [batch, in, height, width], then W [out, in, kernel height, kernel width] of each head,
/// then, with `biased`, b [out] of each.
package struct Convolution: Operation {
  package let heads: Int
  package let biased: Bool
  package let stride: Int
  package let padding: Int
  package var name: String { "convolution" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    let (x, outer) = (context.inputs[0], context.outputGradients[0])
    let weights = Array(context.inputs[1...heads])
    var gradients = [Tensor?](repeating: nil, count: context.inputs.count)
    if context.needs[0] {
      gradients[0] = x.graph.append(
        ConvolutionInputGradient(convolution: self), inputs: weights + [outer], shape: x.shape)
    }
    guard context.needs.dropFirst().contains(true) else { return gradients }
    let parameters = x.graph.append(
      ConvolutionWeightGradient(convolution: self), inputs: [x, outer],
      shapes: context.inputs.dropFirst().map(\.shape))
    for (index, parameter) in parameters.enumerated() { gradients[1 + index] = parameter }
    return gradients
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    Self.operations(y: outputs[0], weight: inputs[1])
  }

  /// A multiplication and an addition for each weight at each place of the result y.
  fileprivate static func operations(y: Shape, weight: Shape) -> Int {
    2 * y.count * (weight.count / max(weight[0], 1))
  }
}

/// The gradient of a convolution's input, which is a transposed convolution of the outer gradient. Inputs: the heads' weights, the outer
/// gradient.
package struct ConvolutionInputGradient: Operation {
  package let convolution: Convolution
  package var name: String { "convolutionInputGradient" }

  /// It is linear in both: the outer gradient's is the convolution itself, the weights' are those of that convolution.
  package func gradient(_ context: GradientContext) -> [Tensor?] {
    let plain = Convolution(
      heads: convolution.heads, biased: false, stride: convolution.stride,
      padding: convolution.padding)
    let weights = Array(context.inputs.dropLast())
    let (outer, change) = (context.inputs[convolution.heads], context.outputGradients[0])
    var gradients = [Tensor?](repeating: nil, count: context.inputs.count)
    if context.needs[convolution.heads] {
      gradients[convolution.heads] = change.graph.append(
        plain, inputs: [change] + weights, shape: outer.shape)
    }
    guard context.needs.dropLast().contains(true) else { return gradients }
    let parts = change.graph.append(
      ConvolutionWeightGradient(convolution: plain), inputs: [change, outer],
      shapes: weights.map(\.shape))
    for (index, part) in parts.enumerated() { gradients[index] = part }
    return gradients
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    Convolution.operations(y: inputs[convolution.heads], weight: inputs[0])
  }
}

/// The gradients of a convolution's weights and biases. Inputs: x, the outer gradient.
package struct ConvolutionWeightGradient: Operation {
  package let convolution: Convolution
  package var name: String { "convolutionWeightGradient" }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    Convolution.operations(y: inputs[1], weight: outputs[0])
  }
}

extension Tensor {
  /// A two-dimensional cross-correlation (what the field calls convolution) of x [batch, in, height,
  /// width] with one or more heads: `weight` [out, in, kernel height, kernel width], `bias` [out].
  ///
  /// y[n, o, i, j] = b[o] + Σ_{c,u,v} W[o, c, u, v] · x[n, c, stride·i + u − padding, stride·j + v −
  /// padding], zeros around the image. The heads' results stand one after another along the
  /// channels, their parameters stay apart: [batch, Σ out, (height + 2·padding − kernel
  /// height)/stride + 1, …].
  ///
  /// Precondition: the shapes agree, all heads have a bias or none has, and the kernel fits the
  /// padded image.
  public func convolution(
    heads: [(weight: Tensor, bias: Tensor?)], stride: Int = 1, padding: Int = 0
  ) -> Tensor {
    let biases = heads.compactMap(\.bias)
    precondition(
      shape.rank == 4 && !heads.isEmpty && (biases.isEmpty || biases.count == heads.count)
        && stride >= 1 && padding >= 0,
      "convolution of \(shape) with stride \(stride) and padding \(padding)")
    for (weight, bias) in heads {
      precondition(
        weight.shape.rank == 4 && weight.shape[1] == shape[1] && weight.shape.count > 0
          && weight.shape[2] == heads[0].weight.shape[2]
          && weight.shape[3] == heads[0].weight.shape[3]
          && (bias == nil || bias?.shape == [weight.shape[0]])
          && weight.shape[2] <= shape[2] + 2 * padding
          && weight.shape[3] <= shape[3] + 2 * padding,
        "convolution of \(shape) with weight \(weight.shape) and padding \(padding)")
    }
    let operation = Convolution(
      heads: heads.count, biased: !biases.isEmpty, stride: stride, padding: padding)
    let weights = heads.map(\.weight)
    let kernel = weights[0].shape
    return graph.append(
      operation, inputs: [self] + weights + biases,
      shape: [
        shape[0], weights.reduce(0) { $0 + $1.shape[0] },
        (shape[2] + 2 * padding - kernel[2]) / stride + 1,
        (shape[3] + 2 * padding - kernel[3]) / stride + 1,
      ])
  }

  /// A transposed convolution of x [batch, in, height, width] with `weight` [in, out, kernel height, kernel width]: every pixel spreads its
  /// kernel over the result, `stride` pixels from the next one's, and `padding` pixels are cut off around it.
  ///
  /// The result is [batch, out, (height − 1)·stride + kernel height − 2·padding, …], as of PyTorch's `ConvTranspose2d`.
  /// Precondition: the shapes agree, the result has pixels, and no kernel is smaller than its stride.
  public func transposedConvolution(
    weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0
  ) -> Tensor {
    let kernel = weight.shape
    precondition(
      shape.rank == 4 && kernel.rank == 4 && kernel[0] == shape[1] && stride >= 1 && padding >= 0
        && kernel[2] >= stride && kernel[3] >= stride
        && (bias == nil || bias?.shape == [kernel[1]]),
      "transposed convolution of \(shape) with weight \(kernel) and stride \(stride)")
    let height = (shape[2] - 1) * stride + kernel[2] - 2 * padding
    let width = (shape[3] - 1) * stride + kernel[3] - 2 * padding
    precondition(height > 0 && width > 0, "nothing is left of \(shape) with padding \(padding)")
    let made = graph.append(
      ConvolutionInputGradient(
        convolution: Convolution(heads: 1, biased: false, stride: stride, padding: padding)),
      inputs: [weight, self], shape: [shape[0], kernel[1], height, width])
    return bias.map { made + $0.reshape([1, kernel[1], 1, 1]) } ?? made
  }

  /// h(x)·sigmoid(g(x)) for two convolutions h and g of x (Dauphin et al., arXiv:1612.08083, eq. 1, without
  /// their normalisation): one product computes both halves.
  public func gatedConvolution(
    h: (weight: Tensor, bias: Tensor?), g: (weight: Tensor, bias: Tensor?), stride: Int = 1,
    padding: Int = 0
  ) -> Tensor {
    convolution(heads: [h, g], stride: stride, padding: padding).gated(axis: 1)
  }
}
