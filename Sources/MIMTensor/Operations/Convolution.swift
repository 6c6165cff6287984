/// A two-dimensional convolution with one or more heads (W, b) that share x; their results stand one
/// behind the other along the channels.
/// Inputs: x [batch, in, height, width], then W [out, in, kernel height, kernel width] of each head,
/// then, with `biased`, b [out] of each. A plan computes it in the form `WinogradPass` or `DirectPass`.
struct Convolution: Operation {
  let heads: Int
  let biased: Bool
  let stride: Int
  let padding: Int
  var name: String { "convolution" }

  func gradient(_ context: GradientContext) -> [Tensor?] {
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

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    ConvolutionGeometry(self, x: inputs[0], weights: Array(inputs[1...heads])).operations
  }

  func blocked(_ context: BlockedContext) throws -> BlockedForm? {
    let geometry = ConvolutionGeometry(
      self, x: context.inputs[0], weights: Array(context.inputs[1...heads]),
      lanes: context.options.lanes)
    let pass = try ConvolutionKind.output.bestPass(
      geometry, biased: biased, options: context.options)
    let parameters = [ChannelLayout?](repeating: nil, count: context.inputs.count - 1)
    return BlockedForm(
      operation: pass, inputs: [geometry.inputLayout] + parameters,
      outputs: [geometry.outputLayout])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    preconditionFailure("a convolution runs in its blocked form")
  }
}

/// The gradient of a convolution's input. Inputs: the heads' weights, the outer gradient.
struct ConvolutionInputGradient: Operation {
  let convolution: Convolution
  var name: String { "convolutionInputGradient" }

  private func geometry(
    _ inputs: [Shape], _ outputs: [Shape], lanes: Int = 1
  ) -> ConvolutionGeometry {
    ConvolutionGeometry(
      convolution, x: outputs[0], weights: Array(inputs.prefix(convolution.heads)), lanes: lanes)
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    geometry(inputs, outputs).operations
  }

  func blocked(_ context: BlockedContext) throws -> BlockedForm? {
    let geometry = geometry(context.inputs, context.outputs, lanes: context.options.lanes)
    let weights = [ChannelLayout?](repeating: nil, count: convolution.heads)
    if geometry.isNarrow {
      return BlockedForm(
        operation: NarrowInputGradient(geometry: geometry, threads: context.options.threads),
        inputs: weights + [geometry.outputLayout], outputs: [nil])
    }
    let pass = try ConvolutionKind.inputGradient.bestPass(
      geometry, biased: false, options: context.options)
    return BlockedForm(
      operation: pass, inputs: weights + [geometry.outputLayout],
      outputs: [geometry.gradientLayout])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    preconditionFailure("a convolution runs in its blocked form")
  }
}

/// The gradients of a convolution's weights and biases. Inputs: x, the outer gradient.
struct ConvolutionWeightGradient: Operation {
  let convolution: Convolution
  var name: String { "convolutionWeightGradient" }

  private func geometry(
    _ inputs: [Shape], _ outputs: [Shape], lanes: Int = 1
  ) -> ConvolutionGeometry {
    ConvolutionGeometry(
      convolution, x: inputs[0], weights: Array(outputs.prefix(convolution.heads)), lanes: lanes)
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    geometry(inputs, outputs).operations
  }

  func blocked(_ context: BlockedContext) throws -> BlockedForm? {
    let geometry = geometry(context.inputs, context.outputs, lanes: context.options.lanes)
    let pass = try ConvolutionKind.weightGradient.bestPass(
      geometry, biased: convolution.biased, options: context.options)
    return BlockedForm(
      operation: pass, inputs: [geometry.inputLayout, geometry.outputLayout],
      outputs: context.outputs.map { _ in nil })
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    preconditionFailure("a convolution runs in its blocked form")
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
    return graph.append(
      operation, inputs: [self] + weights + biases,
      shape: ConvolutionGeometry(operation, x: shape, weights: weights.map(\.shape)).output)
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
