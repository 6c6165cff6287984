/// A diagonal Gaussian.
public struct NormalPosterior: PosteriorComponent {
  public static let word = "normal"
  public static let summary = "a diagonal Gaussian"
  public let values: ArgumentValues
  public init(_ values: ArgumentValues) { self.values = values }

  public var isDiagonalGaussian: Bool { true }

  public func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    GaussianHead(name: name, inputs: inputs, outputs: outputs, minScale: minScale)
  }
}

extension PosteriorChoice {
  /// A diagonal Gaussian.
  public static var normal: PosteriorChoice { PosteriorChoice(NormalPosterior([:])) }
}
