import MIMScript

/// Which options of `plot` say something about which kind of thing: the others are refused, since
/// a picture that silently ignores `where=` is a wrong picture.
enum PlotOptions {
  private static let axes: Set = ["xlabel", "ylabel", "xscale", "yscale", "legend"]
  private static let points = axes.union(["color", "size", "bins"])

  /// The options that depend on what is drawn, by the type of that.
  private static let byType: [String: Set<String>] = [
    "items": points.union(["cols", "dims"]),
    "data set": points.union(["cols", "dims"]),
    "decoded items": points.union(["cols", "dims", "pairs"]),
    "codes": points.union(["dims"]),
    "embedding": points.union(["dims"]),
    "history": axes.union(["x", "y", "split"]),
    "table": axes.union(["x", "y", "color", "error", "where", "cols", "bins"]),
    "model": ["view", "contours", "ellipses", "links", "n", "legend", "cols"],
    "list": axes.union(["bins", "view", "contours", "ellipses", "links", "n", "cols"]),
    "range": axes.union(["bins"]),
    "figure": ["cols"],
  ]
  private static let all = byType.values.reduce(into: Set<String>()) { $0.formUnion($1) }

  /// Throws for the first option that means nothing for a thing of this type.
  static func check(
    _ given: some Sequence<String>, for type: String, kind: ScriptError.Kind,
    at span: (String) -> Span
  ) throws {
    guard let allowed = byType[type] else { return }
    for option in given.sorted() where all.contains(option) && !allowed.contains(option) {
      throw ScriptError(
        "E220", "`\(option)=` means nothing for \(type.withArticle)", kind: kind,
        at: span(option), label: "leave it out",
        notes: ["options here: " + allowed.sorted().joined(separator: " ")])
    }
  }
}
