import MIMTensor

/// A convolution whose weight is g v/‖v‖ for each output channel (Salimans and Kingma 2016, arXiv:1602.07868). The image keeps its size.
struct WeightNormedConvolution: Sendable {
  let name: String
  let inputs: Int
  let outputs: Int
  let kernel: Int
  let hasBias: Bool

  private var fanIn: Int { inputs * kernel * kernel }
  private var direction: Shape { [outputs, inputs, kernel, kernel] }

  /// `NAME.conv.weight_v`, `NAME.conv.weight_g` and `NAME.conv.bias`.
  var parameters: [ParameterDeclaration] {
    let uniform = ParameterInitializer.uniform(bound: 1 / Float(fanIn).squareRoot())
    return [
      ParameterDeclaration(
        name: "\(name).conv.weight_v", shape: direction, initializer: uniform),
      // The usual length of a row of v.
      ParameterDeclaration(
        name: "\(name).conv.weight_g", shape: [outputs, 1, 1, 1],
        initializer: .constant(1 / Float(3).squareRoot())),
    ]
      + (hasBias
        ? [ParameterDeclaration(name: "\(name).conv.bias", shape: [outputs], initializer: uniform)]
        : [])
  }

  func apply(_ x: Tensor) -> Tensor {
    let graph = x.graph
    let v = graph.parameter("\(name).conv.weight_v", shape: direction)
    let g = graph.parameter("\(name).conv.weight_g", shape: [outputs, 1, 1, 1])
    let length = v.square().sum(axes: [1, 2, 3], keepingDimensions: true).sqrt()
    let bias = hasBias ? graph.parameter("\(name).conv.bias", shape: [outputs]) : nil
    return x.convolution(heads: [(v * (g / length), bias)], padding: kernel / 2)
  }
}

/// Batch normalisation of images, and no more (Ioffe and Szegedy 2015, arXiv:1502.03167).
struct ImageNormalization: Sendable {
  let name: String
  let channels: Int
  let statistics: NormalizationStatistics

  var parameters: [ParameterDeclaration] {
    BatchNormalization(name: name, channels: channels, statistics: statistics).parameters
  }

  func apply(_ x: Tensor) -> Tensor {
    func part(_ part: String) -> Tensor {
      x.graph.parameter("\(name).\(part)", shape: [channels])
    }
    let (normal, updates) = x.batchNormalization(
      scale: part("weight"), shift: part("bias"), runningMean: part("running_mean"),
      runningVariance: part("running_var"), training: statistics.areOfBatch,
      collective: statistics.collective)
    if case .batch(let noted) = statistics { noted.note(updates) }
    return normal
  }
}

/// The network of a coupling of Real NVP (Dinh et al. 2017, arXiv:1605.08803, section 3.6, as in a public PyTorch port of the authors'
/// code): batch normalisation, [a, −a], ReLU, 3×3; residual blocks, from each of which a 1×1 convolution goes to the sum that batch
/// normalisation, ReLU and a last 1×1 convolution read.
struct ResidualCouplingNetwork: Sendable {
  let name: String
  let inputs: Int
  let width: Int
  let outputs: Int
  let blocks: Int
  /// Whether what is normalised counts twice: half of it is 0 behind a checkerboard.
  let doubles: Bool
  let statistics: NormalizationStatistics

  private func normalization(_ part: String, _ channels: Int) -> ImageNormalization {
    ImageNormalization(name: "\(name).\(part)", channels: channels, statistics: statistics)
  }

  private func convolution(
    _ part: String, _ inputs: Int, _ outputs: Int, kernel: Int, hasBias: Bool = true
  ) -> WeightNormedConvolution {
    WeightNormedConvolution(
      name: "\(name).\(part)", inputs: inputs, outputs: outputs, kernel: kernel, hasBias: hasBias)
  }

  private var first: (norm: ImageNormalization, layer: WeightNormedConvolution) {
    (normalization("in_norm", inputs), convolution("in_conv", 2 * inputs, width, kernel: 3))
  }

  private func skip(_ block: Int?) -> WeightNormedConvolution {
    convolution(block.map { "skips.\($0)" } ?? "in_skip", width, width, kernel: 1)
  }

  private func block(
    _ index: Int
  ) -> [(norm: ImageNormalization, layer: WeightNormedConvolution)] {
    [
      (
        normalization("blocks.\(index).in_norm", width),
        convolution("blocks.\(index).in_conv", width, width, kernel: 3, hasBias: false)
      ),
      (
        normalization("blocks.\(index).out_norm", width),
        convolution("blocks.\(index).out_conv", width, width, kernel: 3)
      ),
    ]
  }

  private var last: (norm: ImageNormalization, layer: WeightNormedConvolution) {
    (normalization("out_norm", width), convolution("out_conv", width, outputs, kernel: 1))
  }

  var parameters: [ParameterDeclaration] {
    func both(
      _ pair: (norm: ImageNormalization, layer: WeightNormedConvolution)
    ) -> [ParameterDeclaration] { pair.norm.parameters + pair.layer.parameters }
    let inner = (0..<blocks).flatMap { index in
      block(index).flatMap(both) + skip(index).parameters
    }
    return both(first) + skip(nil).parameters + inner + both(last)
  }

  /// `x` `[batch, inputs, height, width]` → `[batch, outputs, height, width]`.
  func apply(_ x: Tensor) -> Tensor {
    let normal = first.norm.apply(x) * (doubles ? 2 : 1)
    var place = first.layer.apply(x.graph.concatenate([normal, -normal], axis: 1).relu())
    var sum = skip(nil).apply(place)
    for index in 0..<blocks {
      let residual = block(index).reduce(place) { $1.layer.apply($1.norm.apply($0).relu()) }
      place = place + residual
      sum = sum + skip(index).apply(place)
    }
    return last.layer.apply(last.norm.apply(sum).relu())
  }
}
