extension ModelMetric {
  /// The mean over items of ‖x − x̂‖₂, x̂ ~ p(x|z) with z ~ q(z|x); the authors' "RMSE".
  static let reconstructionError = ModelMetric(
    name: "rmse", summary: "mean reconstruction distance ‖x − x̂‖₂, x̂ ~ p(x|z)",
    needsDensities: false, missing: { _ in nil }
  ) { terms in
    .mean(
      terms.reconstructionError, name: "rmse",
      method: "mean ‖x − x̂‖₂ in data units, one draw z ~ q(z|x), x̂ ~ p(x|z)")
  }
}
