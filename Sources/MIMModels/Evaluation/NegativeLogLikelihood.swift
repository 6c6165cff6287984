extension ModelMetric {
  /// −log p(x|z) − log p(z) + log q(z|x) with one draw z ~ q(z|x): a one-sample −ELBO, which the
  /// authors call H(q(x)).
  static let negativeLogLikelihood = meanOfDensities(
    "nll", summary: "negative log-likelihood −E[log p(x|z) + log p(z) − log q(z|x)], one draw",
    method: "one draw z ~ q(z|x) per item"
  ) { terms, item in
    terms.logQZGivenX[item] - terms.logPXGivenZ[item] - terms.logPZ[item]
  }
}
