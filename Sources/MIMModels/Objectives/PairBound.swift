import MIMTensor

/// A bound on the information between codes and features.
public enum PairBound: String, CaseIterable, Sendable {
  /// The Jensen–Shannon divergence.
  case jsd
  /// InfoNCE.
  case infonce
  /// Donsker and Varadhan's bound.
  case dv

  static let words = allCases.map { ArgumentWord($0.rawValue, [], $0.summary) }

  private var summary: String {
    switch self {
    case .jsd: "Jensen–Shannon divergence; works with small batches"
    case .infonce: "InfoNCE, at most the log of the number of comparisons; wants large batches"
    case .dv: "Donsker and Varadhan's bound of the KL divergence; varies most"
    }
  }

  /// As formulas have it.
  var text: String {
    switch self {
    case .jsd: "JSD"
    case .infonce: "InfoNCE"
    case .dv: "DV"
    }
  }

  /// Minus the bound, a scalar.
  func loss(_ scores: FeatureScores) -> Tensor {
    switch self {
    case .jsd: scores.jensenShannon
    case .infonce: scores.infoNCE
    case .dv: scores.donskerVaradhan
    }
  }
}
