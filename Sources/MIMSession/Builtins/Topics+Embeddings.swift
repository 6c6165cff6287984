import MIMScript

extension HelpTopic {
  /// `help embeddings`: which picture shows what, and how to check it.
  static let embeddings = HelpTopic(
    "embeddings", summary: "pictures of many dimensions: pca, tsne, umap, and what they keep",
    lines: [
      "pca    straight axes that can be read; says how much of the variance it shows",
      "tsne   neighbours; perplexity=[30, 300] keeps more of the whole, late_exaggeration=4 packs clusters",
      "umap   neighbours, clusters further apart; min_dist=0.5 spreads them, neighbors=50 looks further",
      "In tsne and umap, sizes of clusters, gaps between them and shapes within mean little. Measure:",
      "  evaluate e z trustworthiness continuity neighbor_recall   were neighbours kept?",
      "  evaluate e z rank_correlation                             was near and far kept over the whole?",
      "  evaluate e z knn silhouette nmi ari                       do classes stay together?",
      "transform e NEW places new points. frames=10 keeps the way there: plot e.frames save=\"e.apng\".",
      "example:  e = umap take(z, 300) epochs=50; s = evaluate e take(z, 300) continuity neighbor_recall",
      "see also:  tsne · umap · pca · transform · evaluate",
    ])
}
