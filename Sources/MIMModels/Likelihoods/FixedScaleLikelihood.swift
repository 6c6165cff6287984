import Foundation
import MIMTensor

/// A normal of one fixed standard deviation for every value: reconstruction by squared error, 1/2σ² of it.
struct FixedScaleLikelihood: LikelihoodComponent {
  static let word = "fixed"
  static let summary = "a normal with this standard deviation for every value: squared errors"
  static let arguments = [
    ComponentArgument("sigma", .number(1e-6...1e6), usual: .number(1), "the standard deviation")
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    FixedScaleHead(
      location: Linear(name: "\(name).fc_loc", inputs: inputs, outputs: outputs),
      logScale: logScale)
  }

  private var logScale: Float { Float(Foundation.log(values.number("sigma"))) }

  var gatedForm: GatedForm? {
    let scale = logScale
    return GatedForm(hasLogVariance: false) { outputs in
      DiagonalGaussian(
        mean: outputs[0],
        logScale: outputs[0].graph.scalar(scale).broadcast(to: outputs[0].shape), minScale: 0)
    }
  }
}

/// A mean linear in the features, and a scale that is the same everywhere.
struct FixedScaleHead: DistributionHead {
  let location: Linear
  let logScale: Float

  var layers: [Linear] { [location] }

  func distribution(of features: Tensor) -> any Distribution {
    let mean = location.apply(features)
    return DiagonalGaussian(
      mean: mean, logScale: features.graph.scalar(logScale).broadcast(to: mean.shape), minScale: 0)
  }
}

extension LikelihoodChoice {
  /// A normal of that standard deviation for every value.
  public static func fixed(_ sigma: Double) -> LikelihoodChoice {
    LikelihoodChoice(FixedScaleLikelihood(["sigma": .number(sigma)]))
  }
}
