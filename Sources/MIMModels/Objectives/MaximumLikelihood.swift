import MIMTensor

/// A density of items alone, trained by maximum likelihood: `flow=` says which.
struct MaximumLikelihood: ObjectiveComponent {
  static let word = "flow"
  static let summary = "a density p(x) alone, by maximum likelihood: MADE, MAF, Real NVP or Glow"
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var needsDensities: Bool { false }
  var modelsItemsAlone: Bool { true }
  var flipProblem: String { "a density of items alone has no entropy term" }

  func objective(_ entropy: EntropyTreatment) -> Objective? {
    guard entropy == .keep else { return nil }
    return Objective(formula: "E_q(x)[−log p(x)]", hasDecoderBranch: false) { branch, _ in
      -branch.logPXGivenZ
    }
  }
}

extension ObjectiveChoice {
  /// A density of items alone.
  public static var flow: ObjectiveChoice { ObjectiveChoice(MaximumLikelihood([:])) }
}
