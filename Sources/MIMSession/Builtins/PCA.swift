import MIMAnalysis
import MIMScript
import MIMTensor

extension HostFunction {
  /// `p = pca z n=2`.
  static let pca = HostFunction(
    "pca", group: .measure, summary: "project points onto their principal components",
    positional: [
      Parameter(
        "POINTS", .object(["codes", "items", "decoded items", "embedding", "data set"]),
        "codes or items (of a data set, its test split)")
    ],
    options: [Parameter("n", .integer(1...100_000), default: .number(2), "components to keep")],
    result: "an embedding; p.explained are the fractions of the variance", resultType: "embedding",
    example: "p = pca z n=2", seeAlso: ["tsne", "plot", "load"],
    keywords: ["svd", "components"],
    infer: { call in
      call.embedding(of: 0, width: call.options["n"] == nil ? 2 : call.known("n")?.asInteger)
    }
  ) { call in
    let input = try call.labelledPoints(at: 0)
    return try call.located(at: "#0") {
      let components = try PrincipalComponents(
        fitting: input.points, count: call.integer("n") ?? 2, threads: call.threads)
      return .object(
        EmbeddingObject(
          points: try components.transform(input.points, threads: call.threads),
          labels: input.labels, classNames: input.classNames, source: input.name,
          method: .pca(shares: components.explainedVarianceRatio),
          subjects: input.embeddedItems))
    }
  }
}
