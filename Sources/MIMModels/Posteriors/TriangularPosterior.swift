import MIMTensor

/// A Gaussian with a full covariance (`TriangularGaussian`): units may depend on each other given x.
struct TriangularPosterior: PosteriorComponent {
  static let word = "triangular"
  static let summary = "a Gaussian with a full covariance matrix"
  static let method: MethodNote? = MethodNote(
    "full-covariance Gaussian", words: "model vae DATA posterior=triangular",
    equation: "z = μ(x) + L(x) ε", source: "–", use: "codes whose units depend on each other",
    cost: "z² numbers for each item")
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  private static let largestSize = 64

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.latentSize <= Self.largestSize, PosteriorSlot.option, text,
      "it has a matrix of z × z for each item and takes at most z=\(Self.largestSize); "
        + "use posterior=normal")
  }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    TriangularHead(name: name, inputs: inputs, outputs: outputs, minScale: minScale)
  }
}

/// Mean, log-diagonal and lower triangle, each linear in the features.
private struct TriangularHead: DistributionHead {
  let location: Linear
  let logDiagonal: Linear
  let factors: Linear
  let minScale: Float

  init(name: String, inputs: Int, outputs: Int, minScale: Float) {
    location = Linear(name: "\(name).fc_loc", inputs: inputs, outputs: outputs)
    logDiagonal = Linear(name: "\(name).fc_logscale", inputs: inputs, outputs: outputs)
    factors = Linear(name: "\(name).fc_factors", inputs: inputs, outputs: outputs * outputs)
    self.minScale = minScale
  }

  var layers: [Linear] { [location, logDiagonal, factors] }

  func distribution(of features: Tensor) -> any Distribution {
    TriangularGaussian(
      location: location.apply(features), logDiagonal: logDiagonal.apply(features),
      factors: factors.apply(features), minScale: minScale)
  }
}

extension PosteriorChoice {
  /// A Gaussian with a full covariance.
  public static var triangular: PosteriorChoice { PosteriorChoice(TriangularPosterior([:])) }
}
