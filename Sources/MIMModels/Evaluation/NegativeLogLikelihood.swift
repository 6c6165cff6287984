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
    terms.meanSurprisal(name: "nll", method: terms.surprisalMethod)
  }

  /// The same in bits for each value.
  static let bitsPerValue = ModelMetric(
    name: "bpd",
    summary: "bits/dim: nll/(D log 2) of items of D values as the model sees them",
    needsDensities: true, isOfItems: true, missing: missingLikelihood
  ) { terms in
    terms.meanSurprisal(
      name: "bpd", scale: 1 / (Double(terms.items.rowSize) * log(2)),
      method: "bits for each of \(terms.items.rowSize) values; " + terms.surprisalMethod)
  }

  private static let missingLikelihood: @Sendable (EvaluationTerms) -> String? = { terms in
    terms.isExact || terms.specification.posterior.component.hasDensity
      ? nil : "an autoencoder's encoder has no density"
  }
}

extension EvaluationTerms {
  /// Whether log p(x|z) is log p(x).
  fileprivate var isExact: Bool { specification.objective.component.modelsItemsAlone }

  /// The mean over items of −log p(x), or of the one-draw bound of it, times `scale`.
  fileprivate func meanSurprisal(name: String, scale: Double = 1, method: String) -> MetricValue {
    let values = surprisals
    var value = MetricValue.mean(
      values.map { $0 * scale }, name: name, method: method, kind: surprisalKind)
    let lost = values.count { $0 == .infinity }
    if isExact, lost > 0 {
      value.caveat = "\(lost) of \(count) items have a density of 0 within single precision"
    } else if isExact, !isOfBytes, specification.valueKind == .gray, itemsAreBytes {
      value.caveat =
        "grey levels are neither bits nor numbers with a density; load them with binarize= or logit="
    }
    return value
  }

  /// Whether every value is one of 256 levels: a density of numbers can be made as high as one likes there, and bits aren't meant.
  private var itemsAreBytes: Bool {
    items.elements.allSatisfy { abs($0 * 255 - ($0 * 255).rounded()) < 1e-3 }
  }

  /// −log p(x) of each item, or the one-draw bound of it. Far from what it draws, the inverse of a flow overflows to NaN: a density
  /// of 0 within single precision.
  private var surprisals: [Double] {
    (0..<count).map {
      let value = logQZGivenX[$0] - logPXGivenZ[$0] - logPZ[$0]
      return isExact && value.isNaN ? .infinity : value
    }
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
