import MIMTensor

/// A convolution without bias, then actnorm, then max(0, x): a hidden layer of a coupling's network. The image keeps its size.
struct NormalizedConvolution: Sendable {
  /// `[out, in, k, k]`, k odd; with `seesBorder`, the last of `in` is the border's.
  let weight: LayerArray
  let normalization: ActivationNormalization
  /// Whether it sees where the image ends (`Tensor.convolved`).
  let seesBorder: Bool

  var parameters: [ParameterDeclaration] { [weight.declaration] + normalization.parameters }

  func apply(_ x: Tensor, _ statistics: NormalizationStatistics) -> Tensor {
    let graph = x.graph
    let kernels = weight.value(in: graph)
    guard case .first = statistics else {
      let (bias, logScale) = normalization.values(for: x, statistics)
      let scale = logScale.exp()
      // ((W ∗ x) + b) e^l is one convolution.
      return x.convolved(
        kernels * scale.perOutput, bias: bias * scale, seesBorder: seesBorder
      ).relu()
    }
    let y = x.convolved(kernels, bias: nil, seesBorder: seesBorder)
    let (bias, logScale) = normalization.values(for: y, statistics)
    return ((y + bias.perChannel) * logScale.exp().perChannel).relu()
  }
}

/// A convolution (W ∗ x + b) e^{3l} whose arrays are 0 at first, with an l for each channel that it gives (Kingma and Dhariwal 2018,
/// arXiv:1807.03039, section 3.3; the factor 3 from the authors' code). The image keeps its size.
struct GainedConvolution: Sendable {
  /// `[out, in, k, k]`, k odd; with `seesBorder`, the last of `in` is the border's.
  let weight: LayerArray
  let bias: LayerArray
  let logGain: LayerArray
  /// Whether it sees where the image ends (`Tensor.convolved`).
  let seesBorder: Bool

  private static let factor: Float = 3

  var parameters: [ParameterDeclaration] {
    [weight.declaration, bias.declaration, logGain.declaration]
  }

  /// The channels that it gives.
  var outputs: Int { weight.declaration.shape[0] }

  /// The output's channels, in an order of their own where one is given, as the parts of two heads.
  /// - Parameter order: which channel comes where.
  func apply(_ x: Tensor, order: [Int]? = nil) -> Tensor {
    let graph = x.graph
    let gain = (logGain.value(in: graph) * Self.factor).exp()
    var kernels = weight.value(in: graph) * gain.perOutput
    var offsets = bias.value(in: graph) * gain
    if let order {
      let rows = graph.constant(HostArray(order.map(Float.init), shape: [order.count]))
      kernels = kernels.gather(rows: rows)
      offsets = offsets.gather(rows: rows)
    }
    return x.convolved(kernels, bias: offsets, seesBorder: seesBorder)
  }

  /// Its two halves where they alternate: the even channels, and the odd ones.
  func halves(_ x: Tensor) -> (even: Tensor, odd: Tensor) {
    let count = outputs / 2
    let y = apply(x, order: (0..<count).map { 2 * $0 } + (0..<count).map { 2 * $0 + 1 })
    return (
      y.slice(axis: 1, range: 0..<count), y.slice(axis: 1, range: count..<2 * count)
    )
  }
}

extension Tensor {
  /// A number for each channel, `[channels]`, beside images.
  var perChannel: Tensor { reshape([1, count, 1, 1]) }

  /// A number for each output, `[out]`, beside a convolution's weight.
  var perOutput: Tensor { reshape([count, 1, 1, 1]) }

  /// A convolution that keeps the size of images x `[batch, in, height, width]`: `weight` `[out, in, k, k]`, k odd, zeros around x.
  /// With `seesBorder`, the weight has one channel more, the last, which is 1 on the pixels around the image and 0 within
  /// (the authors' code of Glow): its part is the same for all items, so it is made once.
  func convolved(_ weight: Tensor, bias: Tensor?, seesBorder: Bool) -> Tensor {
    let padding = weight.shape[2] / 2
    guard seesBorder else { return convolution(heads: [(weight, bias)], padding: padding) }
    let channels = shape[1]
    let (height, width) = (shape[2], shape[3])
    let frame = (0..<(height + 2 * padding) * (width + 2 * padding)).map { place -> Float in
      let (row, column) = (place / (width + 2 * padding), place % (width + 2 * padding))
      let isInside =
        (padding..<padding + height).contains(row) && (padding..<padding + width).contains(column)
      return isInside ? 0 : 1
    }
    let border = graph.constant(
      HostArray(frame, shape: [1, 1, height + 2 * padding, width + 2 * padding])
    ).convolution(heads: [(weight.slice(axis: 1, range: channels..<channels + 1), nil)])
    return convolution(
      heads: [(weight.slice(axis: 1, range: 0..<channels), bias)], padding: padding) + border
  }
}
