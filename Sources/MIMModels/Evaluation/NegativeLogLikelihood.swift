import Foundation

extension ModelMetric {
  /// −log p(x|z) − log p(z) + log q(z|x) with one draw z ~ q(z|x): a one-sample −ELBO, which the
  /// authors call H(q(x)). Of a density of items alone, −log p(x) itself.
  static let negativeLogLikelihood = ModelMetric(
    name: "nll",
    summary: "negative log-likelihood −E[log p(x|z) + log p(z) − log q(z|x)], one draw; "
      + "exact for kind flow, but a bound where it dequantises grey images",
    needsDensities: true, isOfItems: true, missing: missingLikelihood
  ) { terms in
    .mean(
      terms.surprisals, name: "nll", method: terms.surprisalMethod, kind: terms.surprisalKind)
  }

  /// The same in bits for each value.
  static let bitsPerValue = ModelMetric(
    name: "bpd",
    summary: "bits/dim: nll/(D log 2) of items of D values as the model sees them",
    needsDensities: true, isOfItems: true, missing: missingLikelihood
  ) { terms in
    let bits = 1 / (Double(terms.items.rowSize) * log(2))
    return .mean(
      terms.surprisals.map { $0 * bits }, name: "bpd",
      method: "bits for each of \(terms.items.rowSize) values; " + terms.surprisalMethod,
      kind: terms.surprisalKind)
  }

  private static let missingLikelihood: @Sendable (EvaluationTerms) -> String? = { terms in
    terms.isExact || terms.specification.posterior.component.hasDensity
      ? nil : "an autoencoder's encoder has no density"
  }
}

extension EvaluationTerms {
  /// Whether log p(x|z) is log p(x).
  fileprivate var isExact: Bool { specification.objective.component.modelsItemsAlone }

  /// −log p(x) of each item, or the one-draw bound of it.
  fileprivate var surprisals: [Double] {
    (0..<count).map { logQZGivenX[$0] - logPXGivenZ[$0] - logPZ[$0] }
  }

  fileprivate var surprisalMethod: String {
    guard isExact else { return "one draw z ~ q(z|x) per item" }
    return isOfBytes
      ? "−log p of the bytes of each item with one draw of dequantisation noise" : "exact −log p(x)"
  }

  /// Whether log p(x) is that of bytes, by a draw of what fills them up.
  private var isOfBytes: Bool { specification.dataDensity?.isBound ?? false }

  fileprivate var surprisalKind: String { isExact && !isOfBytes ? "exact" : "bound, 1 draw" }
}
