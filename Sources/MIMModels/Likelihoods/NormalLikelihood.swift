import MIMTensor

/// A diagonal Gaussian.
struct NormalLikelihood: LikelihoodComponent {
  static let word = "normal"
  static let summary = "a diagonal Gaussian"
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var hasFastPairs: Bool { true }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    GaussianHead(name: name, inputs: inputs, outputs: outputs, minScale: minScale)
  }

  /// Log-variances are clamped to [−6, 2], as the authors have it.
  var gatedForm: GatedForm? {
    GatedForm(hasLogVariance: true, pixelDraw: nil) { outputs in
      DiagonalGaussian(
        mean: outputs[0], logScale: outputs[1].hardtanh(minimum: -6, maximum: 2) * 0.5,
        minScale: 0)
    }
  }
}

extension LikelihoodChoice {
  /// A diagonal Gaussian.
  public static var normal: LikelihoodChoice { LikelihoodChoice(NormalLikelihood([:])) }
}
