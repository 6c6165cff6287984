import MIMTensor

/// The convolutional network of an inverse autoregressive flow (Kingma et al. 2016, arXiv:1606.04934, in the form of the authors' ResNet VAE): m
/// and s of each place of a map, of the places after it in row-major order, and of the earlier channels of its own place.
package struct ConvolutionalAutoregression {
  /// A weight-normalised convolution: W = e^g · (mask ⊙ V)/‖mask ⊙ V‖ for each output channel, the square of the norm at least 1e-12.
  package struct Layer {
    /// V, `[out, in, kernel, kernel]`.
    let direction: Tensor
    /// g, `[out]`.
    let logGain: Tensor
    /// `[out]`.
    let bias: Tensor
    /// As `mask` gives it.
    let mask: HostArray<Float>

    /// Of its arrays.
    package init(direction: Tensor, logGain: Tensor, bias: Tensor, mask: HostArray<Float>) {
      (self.direction, self.logGain, self.bias, self.mask) = (direction, logGain, bias, mask)
    }

    /// `[batch, in, height, width]` → `[batch, out, height, width]`.
    func apply(_ x: Tensor) -> Tensor {
      let graph = x.graph
      let kept = direction * graph.constant(mask)
      let square = kept.square().sum(axes: [1, 2, 3], keepingDimensions: true)
        .maximum(graph.scalar(1e-12))
      let gain = logGain.exp().reshape([logGain.count, 1, 1, 1])
      return x.convolution(
        heads: [(kept * (gain / square.sqrt()), bias)], padding: direction.shape[2] / 2)
    }
  }

  /// The first hidden layer, behind which the context is added.
  let first: Layer
  /// Further hidden layers.
  let hidden: [Layer]
  /// Of m and s; a place doesn't see itself.
  let mean: Layer
  let logScale: Layer

  /// Of its layers.
  package init(first: Layer, hidden: [Layer], mean: Layer, logScale: Layer) {
    (self.first, self.hidden, self.mean, self.logScale) = (first, hidden, mean, logScale)
  }

  /// What m and s are multiplied by, so that the first steps change little.
  static let scale: Float = 0.1

  /// m and s, each times 0.1, of a map `[batch, channels, height, width]`; `context` is `[batch, hidden, height, width]`.
  func apply(_ z: Tensor, context: Tensor?) -> (mean: Tensor, logScale: Tensor) {
    let start = first.apply(z)
    let features = hidden.reduce((context.map { start + $0 } ?? start).elu()) {
      $1.apply($0).elu()
    }
    return (mean.apply(features) * Self.scale, logScale.apply(features) * Self.scale)
  }

  /// 1 where a weight may be other than 0, `[outputs, inputs, kernel, kernel]`: the rows below the middle, in the middle row what is right
  /// of it, and at the middle from each group of input channels to the groups of output channels that are no earlier (`isStrict`: later).
  /// Precondition: one of the channel counts is a multiple of the other, and `kernel` is odd.
  package static func mask(
    inputs: Int, outputs: Int, kernel: Int, isStrict: Bool
  ) -> HostArray<Float> {
    let groups = min(inputs, outputs)
    let (perInput, perOutput) = (inputs / groups, outputs / groups)
    let middle = kernel / 2
    var elements: [Float] = []
    elements.reserveCapacity(outputs * inputs * kernel * kernel)
    for output in 0..<outputs {
      for input in 0..<inputs {
        let (from, to) = (input / perInput, output / perOutput)
        let seesOwn = isStrict ? from < to : from <= to
        for place in 0..<kernel * kernel {
          let (row, column) = (place / kernel, place % kernel)
          let isAfter = row > middle || (row == middle && column > middle)
          let isOwn = row == middle && column == middle
          elements.append(isAfter || (isOwn && seesOwn) ? 1 : 0)
        }
      }
    }
    return HostArray(elements, shape: [outputs, inputs, kernel, kernel])
  }
}

/// y = (u − 0.1 m) e^{−0.1 s} of a map of codes with m and s by masked convolutions. A draw takes one pass; the inverse a pass for each unit.
package struct ConvolutionalInverseStep: FlowStep {
  let network: ConvolutionalAutoregression
  /// `[batch, hidden, height, width]`; nil: none.
  let context: Tensor?
  let channels: Int
  let height: Int
  let width: Int

  /// Of maps of these extents.
  package init(
    network: ConvolutionalAutoregression, context: Tensor?, channels: Int, height: Int, width: Int
  ) {
    (self.network, self.context) = (network, context)
    (self.channels, self.height, self.width) = (channels, height, width)
  }

  /// 0.1 m and 0.1 s as rows.
  func outputs(_ value: Tensor) -> (mean: Tensor, logScale: Tensor) {
    let outputs = network.apply(
      value.reshape([value.shape[0], channels, height, width]), context: context)
    return (outputs.mean.reshape(value.shape), outputs.logScale.reshape(value.shape))
  }

  package func forward(_ value: Tensor) -> FlowResult {
    let (mean, logScale) = outputs(value)
    return FlowResult(
      (value - mean) * (-logScale).exp(), logDeterminant: -logScale.sum(axes: [1]))
  }

  /// u = y e^{0.1 s} + 0.1 m: in each pass one unit more is right, the last one first.
  package func inverse(_ value: Tensor) -> FlowResult {
    var u = value * 0
    for _ in 0..<value.shape[1] {
      let found = outputs(u)
      u = value * found.logScale.exp() + found.mean
    }
    return FlowResult(u, logDeterminant: -outputs(u).logScale.sum(axes: [1]))
  }

  package var parts: [Tensor] { context.map { [$0] } ?? [] }

  package func rebuilt(from parts: [Tensor]) -> any FlowStep {
    ConvolutionalInverseStep(
      network: network, context: parts.first, channels: channels, height: height, width: width)
  }
}
