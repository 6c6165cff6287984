import MIMModels
import MIMScript

extension HostFunction {
  /// `evaluate m toy mi nll rmse knn(5)`.
  static let evaluate = HostFunction(
    "evaluate", group: .measure, summary: "measure a model on DATA.test, or an embedding",
    positional: [
      Parameter("MODEL", .object(["model", "embedding"]), "the model, or an embedding"),
      Parameter(
        "DATA", .object(["data set", "items", "codes", "decoded items"]),
        "the data (its test split is measured); for an embedding, the points that were embedded"),
      Parameter(
        "METRIC", .word(EvaluationMetric.table.map(\.word)), repeats: true, isOptional: true,
        "what to measure; by default nll, rmse, active; of kind flow nll, bpd; of kind dim active, rankme"
      ),
    ],
    options: [
      encode.options[0],
      Parameter(
        "split",
        .word([
          WordSpec("test", "the test split"), WordSpec("val", "the validation split"),
          WordSpec("train", "the training split"),
        ]), default: .string("test"), "which split of DATA"),
    ],
    result: "the measures with standard errors; s.mi, s.knn5 … are the values",
    resultType: "evaluation",
    details: [
      "All metrics use the same seeded draw z ~ q(z|x) per item; codes=mean uses posterior means",
      "for mi, knn and nmi. Collapse is always reported. For an embedding: trustworthiness, continuity,",
      "neighbor_recall, rank_correlation, silhouette, nmi, ari and knn (each point against all others),",
      "as in evaluate e POINTS trustworthiness(k=12) knn(10).",
      "mig, dci, sap and modularity compare codes with what items were made from: load sprites.",
      "What a model can't have is – with the reason, and none as s.nll: models stand side by side in",
      "one table. It's an error only where a model has nothing of what was asked for.",
    ],
    example: "s = evaluate m toy nll rmse mi knn(5)", seeAlso: ["metrics", "table", "sweep"],
    keywords: ["score", "accuracy", "measure", "clustering", "silhouette"],
    isRandom: true, infer: inferEvaluate
  ) { call in
    if let embedding: EmbeddingObject = call.object(0) {
      return .object(try EmbeddingEvaluation(call: call, embedding: embedding).run())
    }
    let model = try call.model(at: 0)
    let role = call.text("split").flatMap(DataSplit.Role.init(rawValue:)) ?? .test
    let items = try call.items(at: 1, for: model, split: role)
    let words = call.positional.dropFirst(2).compactMap(\.asWord)
    let evaluation = Evaluation(call: call, model: model, items: items)
    return .object(
      try evaluation.run(words.isEmpty ? defaultMetrics(of: model.specification) : words))
  }

  private static func defaultMetrics(of specification: ModelSpecification) -> [WordCall] {
    let names =
      specification.objective.component.modelsItemsAlone
      ? ["nll", "bpd"]
      : specification.encodesAlone ? ["active", "rankme"] : ["nll", "rmse", "active"]
    return names.map { WordCall($0) }
  }

  private static let inferEvaluate: @Sendable (StaticCall) throws -> StaticValue = { call in
    if call.facts(at: 0, of: ["embedding"]) != nil {
      return .object(type: "evaluation", facts: [:])
    }
    let data = call.data(at: 1)
    try Fit.check(
      call.model(at: 0), data, modelAt: call.span(at: 0), dataAt: call.span(at: 1), kind: .check)
    for index in call.positional.indices.dropFirst(2) {
      guard let word = call.known(at: index)?.asWord else { continue }
      try EvaluationMetric.check(word, at: call.span(at: index), kind: .check)
      guard
        EvaluationMetric.named(word.name)?.needsLabels == true
      else { continue }
      try Fit.requireLabels(
        data.isLabelled, of: "`\(call.span(at: 1).text)`", for: word.name,
        at: call.span(at: index), kind: .check)
    }
    if data.hasTest == false, call.options["split"] == nil {
      throw ScriptError(
        "E222", "`\(call.span(at: 1).text)` has no test split", kind: .check, at: call.span(at: 1),
        notes: ["try: load it with split=[.8, .1, .1], or use split=train here"])
    }
    return .object(type: "evaluation", facts: [:])
  }
}
