import MIMAnalysis
import MIMModels
import MIMScript
import MIMTensor

/// A metric of `evaluate`: its word and how it is measured. A new one is one line in `table`.
struct EvaluationMetric: Sendable {
  /// The word with its parameters.
  let word: WordSpec
  /// Whether it needs class labels.
  var needsLabels = false
  /// The names by which the model module measures it; none for estimators on codes.
  var modelMetrics: [String] = []
  /// Measures it.
  let measure: @Sendable (Evaluation, WordCall) throws -> [EvaluationObject.Measure]

  /// Every metric: the model's own, the estimators on codes, then those of embeddings alone.
  static let table: [EvaluationMetric] =
    ModelMetrics.table.map(fromModel)
    + [EvaluationMetric]([
      .kl, .freeReconstruction, .rateDistortion, .mi, .totalCorrelation, .mine, .infoNCE, .knn,
      .nmi, .ari, .silhouette,
      .collapse, .rankMe, .effectiveRank, .twoNN, .levinaBickel, .uniformity, .alignment, .hubness,
      .mig, .dci, .sap, .modularity, .seconds,
    ]) + ofEmbeddings

  private static let ofEmbeddings: [EvaluationMetric] = [
    EmbeddingMetric.trustworthiness, .continuity, .neighborRecall, .rankCorrelation,
  ].map(\.refusingModels)

  /// The metric of that name.
  static func named(_ name: String) -> EvaluationMetric? {
    table.first { $0.word.name == name }
  }

  /// The short name of KL(q(z|x) ‖ p(z)).
  static let kl = EvaluationMetric(
    word: WordSpec("kl", "the same as kl_qp: KL(q(z|x) ‖ p(z))"), modelMetrics: ["kl_qp"]
  ) { run, _ in [try run.modelMetric("kl_qp", as: "kl")] }

  private static func fromModel(_ metric: ModelMetric) -> EvaluationMetric {
    let name = metric.name
    return EvaluationMetric(
      word: WordSpec(
        name, parameters: name == "nll" ? importanceSamplingParameters : [],
        name == "nll" ? importanceSamplingSummary : metric.summary), modelMetrics: [name]
    ) { run, word in
      if word.isImportanceSampled { return [try importanceSampled(run, word)] }
      return [try run.modelMetric(name)] + (name == "active" ? try activePerLevel(run) : [])
    }
  }

  /// Throws for `knn([])`, and for `nll(batch=100)` without samples.
  static func check(_ word: WordCall, at span: Span, kind: ScriptError.Kind) throws {
    if word.name == "knn", word.value("k", at: 0)?.asIntegers?.isEmpty == true {
      throw ScriptError(
        "E220", "knn needs at least one number of neighbours", kind: kind, at: span,
        notes: ["try: knn(5), or knn([1, 5])"])
    }
    if word.name == "nll", !word.isImportanceSampled,
      !(word.named.isEmpty && word.positional.isEmpty)
    {
      throw ScriptError(
        "E220", "nll takes other options only together with samples=", kind: kind, at: span,
        notes: ["try: nll(samples=5000), or nll(samples=5000, n=100)"])
    }
  }
}
