import MIMModels
import MIMTensor

/// Independent Laplace variables, one per unit.
struct LaplacePosterior: PosteriorComponent {
  static let word = "laplace"
  static let summary = "independent Laplace variables"
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func head(name: String, inputs: Int, outputs: Int, minScale: Float) -> any DistributionHead {
    LaplaceHead(
      location: Linear(name: "\(name).fc_loc", inputs: inputs, outputs: outputs),
      logScale: Linear(name: "\(name).fc_logscale", inputs: inputs, outputs: outputs),
      minScale: minScale)
  }
}

struct LaplaceHead: DistributionHead {
  let location: Linear
  let logScale: Linear
  let minScale: Float

  var layers: [Linear] { [location, logScale] }

  func distribution(of features: Tensor) -> any Distribution {
    Laplace(
      location: location.apply(features), scale: logScale.apply(features).exp() + minScale)
  }
}

struct Laplace: Distribution {
  /// μ and b, `[batch, event]` each.
  let location: Tensor
  let scale: Tensor

  var mean: Tensor? { location }
  var standardDeviation: Tensor? { scale * Float(2).squareRoot() }
  var entropy: Tensor? { ((scale * 2).log() + 1).sum(axes: [-1]) }
  var parts: [Tensor] { [location, scale] }

  func rebuilt(from parts: [Tensor]) -> any Distribution {
    Laplace(location: parts[0], scale: parts[1])
  }

  /// −|z − μ|/b − log 2b for each unit.
  func logDensityPerUnit(of value: Tensor) -> Tensor? { logDensities(of: value) }

  func logDensity(of value: Tensor) -> Tensor { logDensities(of: value).sum(axes: [-1]) }

  private func logDensities(of value: Tensor) -> Tensor {
    -((value - location).abs() / scale) - (scale * 2).log()
  }

  /// μ − b sgn(u) log(1 − 2|u|) with u uniform on (−½, ½).
  func draw(from noise: NoiseSource, stream: String) -> Draw {
    let u = noise.uniform(location.shape, stream) - 0.5
    let sign = u.greater(u * 0) * 2 - 1
    return Draw(location - scale * sign * (1 - u.abs() * 2).log())
  }
}
