/// A mixture of diagonal Gaussians.
public struct MixturePosterior: PosteriorComponent {
  public static let word = MixtureArguments.word
  public static let summary = MixtureArguments.summary
  public static let arguments = MixtureArguments.arguments
  public let values: ArgumentValues
  public init(_ values: ArgumentValues) { self.values = values }

  public func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    MixtureHead(
      name: name, inputs: inputs, outputs: outputs, components: values.components,
      minScale: minScale)
  }
}

extension PosteriorChoice {
  /// A mixture of `count` diagonal Gaussians.
  public static func gmm(_ count: Int) -> PosteriorChoice {
    PosteriorChoice(MixturePosterior(MixtureArguments.values(count)))
  }
}
