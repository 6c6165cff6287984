/// A mixture of diagonal Gaussians.
struct MixtureLikelihood: LikelihoodComponent {
  static let word = MixtureArguments.word
  static let summary = MixtureArguments.summary
  static let arguments = MixtureArguments.arguments
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    MixtureHead(
      name: name, inputs: inputs, outputs: outputs, components: values.components,
      minScale: minScale)
  }
}

extension LikelihoodChoice {
  /// A mixture of `count` diagonal Gaussians.
  public static func gmm(_ count: Int) -> LikelihoodChoice {
    LikelihoodChoice(MixtureLikelihood(MixtureArguments.values(count)))
  }
}
