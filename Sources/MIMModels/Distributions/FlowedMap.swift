import MIMTensor

/// A Gaussian at each place of a map through convolutional inverse autoregressive flows, every second one of which sees the map the other way
/// round (Kingma et al. 2016, arXiv:1606.04934). Values are rows of one place after another, each with all its channels. A draw knows
/// its own density, and what each channel has of it; the density of a given value takes a pass for each unit and step.
struct FlowedMap: Distribution {
  /// Rows of one channel after another, `[batch, channels · height · width]`.
  let base: DiagonalGaussian
  /// The arrays of the steps.
  let layers: [ConvolutionalFlowLayers]
  /// What all steps see of an item, `[batch, hidden, height, width]`.
  let context: Tensor
  /// The extents of the map.
  let map: ImageSize
  /// The steps in the context's graph, made once for all draws, and whether each sees the map the other way round.
  private let steps: [(step: ConvolutionalInverseStep, isTurned: Bool)]

  init(
    base: DiagonalGaussian, layers: [ConvolutionalFlowLayers], context: Tensor, map: ImageSize
  ) {
    (self.base, self.layers, self.context, self.map) = (base, layers, context, map)
    steps = layers.enumerated().map { index, layers in
      (
        ConvolutionalInverseStep(
          network: layers.network(in: context.graph), context: context, channels: map.channels,
          height: map.height, width: map.width), !index.isMultiple(of: 2)
      )
    }
  }

  var mean: Tensor? { nil }
  var standardDeviation: Tensor? { nil }
  var entropy: Tensor? { nil }
  var parts: [Tensor] { base.parts + [context] }

  func rebuilt(from parts: [Tensor]) -> any Distribution {
    FlowedMap(
      base: DiagonalGaussian(mean: parts[0], logScale: parts[1], minScale: base.minScale),
      layers: layers, context: parts[2], map: map)
  }

  /// Rows the other way round, or as they are.
  private func turned(_ rows: Tensor, _ isTurned: Bool) -> Tensor {
    isTurned ? Reversal().forward(rows).value : rows
  }

  /// The steps backwards, then log p(u) − Σ log |det|.
  func logDensity(of value: Tensor) -> Tensor {
    var place = value.map(channels: map.channels, height: map.height, width: map.width)
      .reshape(value.shape)
    var stretch = context.graph.scalar(0).broadcast(to: [value.shape[0]])
    for (step, isTurned) in steps.reversed() {
      let result = step.inverse(turned(place, isTurned))
      place = turned(result.value, isTurned)
      stretch = stretch + result.logDeterminant
    }
    return base.logDensity(of: place) - stretch
  }

  func draw(from noise: NoiseSource, stream: String) -> Draw {
    var place = base.draw(from: noise, stream: stream).value
    // log q of each unit given those before it: that of u, and how far the steps draw it together.
    var density = base.densities(of: place)
    for (step, isTurned) in steps {
      let seen = turned(place, isTurned)
      let (mean, logScale) = step.outputs(seen)
      place = turned((seen - mean) * (-logScale).exp(), isTurned)
      density = density + turned(logScale, isTurned)
    }
    let batch = place.shape[0]
    let channels = density.reshape([batch, map.channels, map.count / map.channels])
      .sum(axes: [2])
    return Draw(
      place.reshape(Shape([batch] + map.dimensions)).placeAfterPlace,
      logDensity: channels.sum(axes: [1]), logDensityPerChannel: channels)
  }
}
