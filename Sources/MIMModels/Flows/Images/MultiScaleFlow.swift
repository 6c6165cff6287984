import MIMTensor

/// Images from codes in levels, each of half the height and width, as one step on rows (Dinh et al. 2017, arXiv:1605.08803, section 3.6;
/// Kingma and Dhariwal 2018, arXiv:1807.03039, figure 2b): after the steps of a level half of the channels become codes, and the
/// others go on. Codes of the first level come first.
struct MultiScaleFlow: FlowStep {
  /// One level.
  struct Level {
    /// From codes to images, in the order in which an image passes them on its way to codes.
    let steps: [any FlowStep]
    /// The image that the last step gives on that way.
    let output: ImageSize
    /// What makes codes of the second half of its channels, and at the last level of all.
    let prior: LevelPrior
  }

  let image: ImageSize
  let levels: [Level]

  /// An image on its way to codes.
  struct Encoded {
    /// The codes of each level, `[batch, …]`.
    var codes: [Tensor]
    /// What each level's prior saw, images.
    var parts: [Tensor]
    /// log |det| of the way from codes to images, `[batch]`.
    var logDeterminant: Tensor
  }

  /// The codes of rows `[batch, values]`, level by level.
  func encoded(_ rows: Tensor) -> Encoded {
    let (graph, batch) = (rows.graph, rows.shape[0])
    var found = Encoded(
      codes: [], parts: [], logDeterminant: graph.scalar(0).broadcast(to: [batch]))
    var place = rows.reshape(Shape([batch] + image.dimensions))
    for (index, level) in levels.enumerated() {
      for step in level.steps {
        let result = step.inverse(place)
        place = result.value
        found.logDeterminant = found.logDeterminant + result.logDeterminant
      }
      let isLast = index == levels.count - 1
      let half = level.output.channels / 2
      let part =
        isLast ? place : place.slice(axis: 1, range: half..<level.output.channels)
      let kept = isLast ? nil : place.slice(axis: 1, range: 0..<half)
      let result = level.prior.codes(of: part, beside: kept)
      found.parts.append(part)
      found.codes.append(result.value.reshape([batch, part.count / batch]))
      found.logDeterminant = found.logDeterminant + result.logDeterminant
      place = kept ?? place
    }
    return found
  }

  func inverse(_ value: Tensor) -> FlowResult {
    let found = encoded(value)
    return FlowResult(
      value.graph.concatenate(found.codes, axis: 1), logDeterminant: found.logDeterminant)
  }

  func forward(_ value: Tensor) -> FlowResult {
    let (graph, batch) = (value.graph, value.shape[0])
    var logDeterminant = graph.scalar(0).broadcast(to: [batch])
    var (end, place): (Int, Tensor?) = (image.count, nil)
    for level in levels.reversed() {
      var part = level.output
      if place != nil { part.channels /= 2 }
      let codes = value.slice(axis: 1, range: end - part.count..<end)
        .reshape(Shape([batch] + part.dimensions))
      end -= part.count
      let made = level.prior.part(of: codes, beside: place)
      logDeterminant = logDeterminant + made.logDeterminant
      var whole = place.map { graph.concatenate([$0, made.value], axis: 1) } ?? made.value
      for step in level.steps.reversed() {
        let result = step.forward(whole)
        whole = result.value
        logDeterminant = logDeterminant + result.logDeterminant
      }
      place = whole
    }
    return FlowResult(
      (place ?? value).reshape([batch, image.count]), logDeterminant: logDeterminant)
  }
}

/// What a level says of the part of an image that it turns into codes u ~ N(0, I).
enum LevelPrior: Sendable {
  /// The part is the codes.
  case standard
  /// A normal for each number whose mean and log-deviation are the even and odd channels of a convolution of what goes on.
  case conditional(GainedConvolution)
  /// A normal for each channel.
  case learned(mean: LayerArray, logScale: LayerArray)
  /// A normal for each number whose means and log-deviations are the halves of a convolution of nothing, as a port has it.
  case ofNothing(GainedConvolution)

  var parameters: [ParameterDeclaration] {
    switch self {
    case .standard: []
    case .conditional(let layer), .ofNothing(let layer): layer.parameters
    case .learned(let mean, let logScale): [mean.declaration, logScale.declaration]
    }
  }

  /// Mean and log-deviation, beside a part `[batch, channels, height, width]`.
  private func moments(_ part: Tensor, beside kept: Tensor?) -> (mean: Tensor, logScale: Tensor)? {
    let graph = part.graph
    switch self {
    case .standard: return nil
    case .conditional(let layer):
      guard let kept else { return nil }
      let (mean, logScale) = layer.halves(kept)
      return (mean, logScale)
    case .learned(let mean, let logScale):
      return (mean.value(in: graph).perChannel, logScale.value(in: graph).perChannel)
    case .ofNothing(let layer):
      let count = layer.outputs / 2
      let nothing = graph.constant(
        HostArray(
          repeating: 0,
          shape: [1, layer.weight.declaration.shape[1], part.shape[2], part.shape[3]]))
      let both = layer.apply(nothing)
      return (
        both.slice(axis: 1, range: 0..<count), both.slice(axis: 1, range: count..<2 * count)
      )
    }
  }

  private func stretch(_ logScale: Tensor, _ part: Tensor) -> Tensor {
    logScale.broadcast(to: part.shape).sum(axes: [1, 2, 3])
  }

  /// u = (z − m) e^{−l}, and log |det| of the way back.
  func codes(of part: Tensor, beside kept: Tensor?) -> FlowResult {
    guard let (mean, logScale) = moments(part, beside: kept) else { return unchanged(part) }
    return FlowResult(
      (part - mean) * (-logScale).exp(), logDeterminant: stretch(logScale, part))
  }

  /// z = m + u e^l.
  func part(of codes: Tensor, beside kept: Tensor?) -> FlowResult {
    guard let (mean, logScale) = moments(codes, beside: kept) else { return unchanged(codes) }
    return FlowResult(codes * logScale.exp() + mean, logDeterminant: stretch(logScale, codes))
  }

  private func unchanged(_ part: Tensor) -> FlowResult {
    FlowResult(
      part, logDeterminant: part.graph.scalar(0).broadcast(to: [part.shape[0]]))
  }
}
