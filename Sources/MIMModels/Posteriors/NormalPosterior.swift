/// A diagonal Gaussian.
struct NormalPosterior: PosteriorComponent {
  static let word = "normal"
  static let summary = "a diagonal Gaussian"
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var isDiagonalGaussian: Bool { true }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    GaussianHead(name: name, inputs: inputs, outputs: outputs, minScale: minScale)
  }
}

extension PosteriorChoice {
  /// A diagonal Gaussian.
  public static var normal: PosteriorChoice { PosteriorChoice(NormalPosterior([:])) }
}
