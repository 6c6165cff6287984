extension ModelMetric {
  /// E[log p(x|z)] − KL(q(z|x) ‖ p(z)) (Kingma and Welling 2014, arXiv:1312.6114, equation 3),
  /// the divergence in closed form where both are diagonal Gaussians, else by the same draw.
  static let evidenceLowerBound = meanOfDensities(
    "elbo", summary: "evidence lower bound E[log p(x|z)] − KL(q(z|x) ‖ p(z))",
    method: "one draw z ~ q(z|x) per item, KL in closed form where both are diagonal Gaussians"
  ) { terms, item in
    terms.logPXGivenZ[item] - terms.divergence(item)
  }
}

extension EvaluationTerms {
  /// KL(q(z|x) ‖ p(z)) of an item: closed form, or one draw.
  func divergence(_ item: Int) -> Double {
    let closed = klPerUnit?.row(item).reduce(0) { $0 + Double($1) } ?? .nan
    return closed.isNaN ? logQZGivenX[item] - logPZ[item] : closed
  }
}
