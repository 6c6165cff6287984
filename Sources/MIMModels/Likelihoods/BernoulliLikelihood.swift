import Foundation
import MIMTensor

/// Independent Bernoulli variables, one per value.
struct BernoulliLikelihood: LikelihoodComponent {
  static let word = "bernoulli"
  static let summary = "0 or 1 per value"
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var isBinary: Bool { true }
  var hasFastPairs: Bool { true }

  func misfit(_ kind: ValueKind) -> String? {
    kind == .real ? "the data has real values; use likelihood=normal" : nil
  }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    BernoulliHead(name: name, inputs: inputs, outputs: outputs)
  }

  /// Means are clamped to [1e-5, 1 − 1e-5], as the authors have it.
  var gatedForm: GatedForm? {
    let limit = Float(log((1 - 1e-5) / 1e-5))
    return GatedForm(hasLogVariance: false, pixelDraw: .bernoulli) { outputs in
      Bernoulli(logits: outputs[0].hardtanh(minimum: -limit, maximum: limit))
    }
  }
}

extension LikelihoodChoice {
  /// Independent Bernoulli variables.
  public static var bernoulli: LikelihoodChoice { LikelihoodChoice(BernoulliLikelihood([:])) }
}
