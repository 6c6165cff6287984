/// Independent logistic variables in 256 levels, one per value (`DiscretisedLogistic`).
struct LogisticLikelihood: LikelihoodComponent {
  static let word = "logistic"
  static let summary = "discretised logistic, for grey images with 256 levels"
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func misfit(_ kind: ValueKind) -> String? {
    guard kind != .gray else { return nil }
    return "it is for grey images, but the data has \(kind.rawValue) values; use "
      + (kind == .binary ? "likelihood=bernoulli" : "likelihood=normal")
  }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    LogisticHead(name: name, inputs: inputs, outputs: outputs)
  }

  var gatedForm: GatedForm? {
    GatedForm(hasLogVariance: true, pixelDraw: .logistic) { outputs in
      DiscretisedLogistic(location: outputs[0], logScale: outputs[1])
    }
  }
}

extension LikelihoodChoice {
  /// Independent logistic variables in 256 levels.
  public static var logistic: LikelihoodChoice { LikelihoodChoice(LogisticLikelihood([:])) }
}
