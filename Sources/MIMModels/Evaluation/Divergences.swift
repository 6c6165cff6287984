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
      return terms.reverseLogRatio == nil ? "nothing can be drawn from a marginal prior" : nil
    }
  ) { terms, item in terms.reverseLogRatio?[item] ?? .nan }
}
