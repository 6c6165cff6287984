extension ModelSpecification {
  /// What distances between items are measured in.
  package var itemUnits: String {
    guard let steps = transform?.steps, !steps.isEmpty else { return "data units" }
    let kinds = steps.map { step in
      switch step {
      case .scale: "scaled"
      case .projection: "projected"
      case .logit: "logit"
      }
    }
    return "\(kinds.joined(separator: ", ")) units"
  }
}

extension ModelMetric {
  /// The mean over items of ‖x − x̂‖₂, x̂ ~ p(x|z) with z ~ q(z|x); the authors' "RMSE".
  static let reconstructionError = ModelMetric(
    name: "rmse", summary: "mean reconstruction distance ‖x − x̂‖₂, x̂ ~ p(x|z)",
    needsDensities: false, missing: { _ in nil }
  ) { terms in
    let isForced = terms.specification.decoder.component.isAutoregressive
    return .mean(
      terms.reconstructionError, name: "rmse",
      method: "mean ‖x − x̂‖₂ in \(terms.specification.itemUnits), one draw z ~ q(z|x), "
        + (isForced
          ? "each pixel of x̂ given those of x before it (teacher-forced)" : "x̂ ~ p(x|z)"),
      kind: isForced ? "teacher-forced" : "from z alone")
  }
}
