import Foundation
import MIMTensor

/// How many codes of a codebook are in use.
public struct CodeUse: Sendable, Hashable {
  /// The codes that are chosen at all.
  public let used: Int
  /// All codes, K.
  public let count: Int
  /// exp(−Σ p log p) of the codes' frequencies p: K where all are chosen alike.
  public let perplexity: Double

  /// Of codes `[n, units]` side by side, each of `dim` numbers.
  init(_ codes: HostArray<Float>, dim: Int, count: Int) {
    var frequencies: [[UInt32]: Int] = [:]
    for start in stride(from: 0, to: codes.count - dim + 1, by: dim) {
      frequencies[codes.elements[start..<start + dim].map(\.bitPattern), default: 0] += 1
    }
    let total = Double(max(1, frequencies.values.reduce(0, +)))
    let entropy = frequencies.values.reduce(0.0) { sum, number in
      let share = Double(number) / total
      return sum - share * log(share)
    }
    (used, perplexity, self.count) = (frequencies.count, exp(entropy), count)
  }
}

extension EvaluationTerms {
  /// Nil for codes that are not from a codebook.
  var codeUse: CodeUse? {
    guard let posterior = specification.posterior.component as? QuantizedPosterior else {
      return nil
    }
    return CodeUse(codes, dim: posterior.codebook.dim, count: posterior.codebook.count)
  }
}

extension ModelMetric {
  /// The perplexity of the codes of a codebook.
  static let perplexity = ModelMetric(
    name: "perplexity", summary: "vqvae: exp(entropy) of how often each code is chosen, at most K",
    needsDensities: false,
    missing: { terms in
      terms.codeUse == nil
        ? "the codes are not from a codebook, which kind vqvae has" : nil
    }
  ) { terms in
    MetricValue(
      name: "perplexity", value: terms.codeUse?.perplexity ?? .nan, standardError: nil,
      count: terms.count,
      method: "exp(−Σ p log p) of the frequencies of \(terms.codeUse?.count ?? 0) codes")
  }
}
