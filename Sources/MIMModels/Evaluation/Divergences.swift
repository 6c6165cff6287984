extension EvaluationTerms {
  /// Why no measure takes log q(z|x) of codes that weren't drawn for x; nil where they do.
  var reasonAgainstGivenCodes: String? {
    specification.posterior.component.isSlowAtGivenCodes
      ? "q(z|x) of codes that were not drawn for x takes a pass for each unit" : nil
  }
}

extension ModelMetric {
  /// KL(q(z|x) ‖ p(z)) by one draw z ~ q(z|x) per item.
  static let divergenceFromPrior = meanOfDensities(
    "kl_qp", summary: "KL(q(z|x) ‖ p(z)), one draw from q(z|x) per item",
    method: "one draw z ~ q(z|x) per item"
  ) { terms, item in terms.logQZGivenX[item] - terms.logPZ[item] }

  /// KL(p(z) ‖ q(z|x)) by one draw z ~ p(z) per item.
  static let divergenceFromPosterior = meanOfDensities(
    "kl_pq", summary: "KL(p(z) ‖ q(z|x)), one draw from p(z) per item",
    method: "one draw z ~ p(z) per item",
    missing: { terms in
      if terms.specification.prior.component.isDiscrete {
        return "q(z|x) has one code alone, and p(z) all others too: the divergence is infinite"
      }
      if let reason = terms.reasonAgainstGivenCodes { return reason }
      return terms.reverseLogRatio == nil ? "nothing can be drawn from a marginal prior" : nil
    }
  ) { terms, item in terms.reverseLogRatio?[item] ?? .nan }
}
