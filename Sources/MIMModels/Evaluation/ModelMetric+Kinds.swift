import Foundation

extension ModelMetric {
  /// A metric that is a mean over items of a number in nats made of log densities.
  static func meanOfDensities(
    _ name: String, summary: String, method: String,
    missing: @escaping @Sendable (EvaluationTerms) -> String? = { _ in nil },
    _ item: @escaping @Sendable (EvaluationTerms, Int) -> Double
  ) -> ModelMetric {
    ModelMetric(
      name: name, summary: summary, needsDensities: true,
      missing: { terms in
        terms.specification.posterior.component.hasDensity
          ? missing(terms) : "an autoencoder's encoder has no density"
      },
      measure: { terms in
        .mean((0..<terms.count).map { item(terms, $0) }, name: name, method: method)
      })
  }

  /// Why log q(x) is unknown, if it is.
  static func missingMarginal(_ terms: EvaluationTerms) -> String? {
    terms.knowsMarginal ? nil : "q(x) is the density of the data, which is not known for this data"
  }
}

extension MetricValue {
  /// The mean of values per item with its standard error, s/√n; an infinite mean has none.
  static func mean(
    _ values: [Double], name: String, method: String, kind: String? = nil
  ) -> MetricValue {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return MetricValue(
      name: name, value: mean,
      standardError: values.count > 1 && !mean.isInfinite
        ? (squares / (count - 1) / count).squareRoot() : nil,
      count: values.count, method: method, kind: kind)
  }
}
