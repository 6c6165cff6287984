import MIMTensor

extension PairObjective {
  /// The contrastive bound of ``InfoNCE`` with a joint critic f(x, z) of all pairs, as the Beyond-Normal benchmark has it (Czyż et al. 2023,
  /// arXiv:2306.11078): trained on batches, each row's own pair among its contrasts; measured with every row of the held-out part as a
  /// contrast, so that it is at most the logarithm of their number,
  ///
  ///     I(x; z) ≥ E[ f(x_i, z_i) − log 1/n Σ_j exp f(x_i, z_j) ],     at most log n
  static let contrastive = PairObjective(
    name: "infonce", loss: { $0.logMeanExpOfRows.mean() - $0.positive.mean() }, bound: .ofRows)
}
