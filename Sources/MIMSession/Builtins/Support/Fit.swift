import MIMScript

/// Checks that need both values of a statement; used before the run with what text and file
/// headers tell, and again at the statement with everything known.
enum Fit {
  /// Throws E301 where a model meets items of another width, or real numbers meet pixels.
  static func check(
    _ model: ModelFacts, _ data: DataFacts, modelAt modelSpan: Span, dataAt dataSpan: Span,
    kind: ScriptError.Kind
  ) throws {
    guard let expected = model.width, let found = data.width else { return }
    let kindsDiffer =
      if let a = model.kind, let b = data.kind { (a == "real") != (b == "real") } else { false }
    guard expected != found || kindsDiffer else { return }
    let dataName = dataSpan.text
    let made = model.made.map { "      (`\(modelSpan.text)` made at \($0))" } ?? ""
    let objective = model.objective ?? "mim"
    let root = dataName.split(separator: ".").first.map(String.init) ?? dataName
    throw ScriptError(
      "E301",
      "this model was made for \(count(expected, model.kind)), but `\(dataName)` has "
        + "\(count(found, data.kind)) per item", kind: kind, at: dataSpan,
      label: "\(data.text ?? "\(found) values")\(made)",
      notes: ["try: model \(objective) \(root) z=2 hidden=[50]"])
  }

  /// Throws E302 where codes have another width than the model's latent space.
  static func check(
    _ model: ModelFacts, _ codes: CodeFacts, codesAt span: Span, kind: ScriptError.Kind
  ) throws {
    guard let expected = model.latentSize, let found = codes.width, expected != found else {
      return
    }
    throw ScriptError(
      "E302",
      "this model's latent space has \(expected) dimensions, but `\(span.text)` has \(found)",
      kind: kind, at: span, notes: ["try: encode the data with the same model that decodes it"])
  }

  /// Throws E224 where something needs labels that the data does not have.
  static func requireLabels(
    _ isLabelled: Bool?, of name: String, for needed: String, at span: Span, kind: ScriptError.Kind
  ) throws {
    guard isLabelled == false else { return }
    throw ScriptError(
      "E224", "\(needed) needs class labels, and \(name) has none", kind: kind, at: span,
      label: "unlabelled",
      notes: ["try: load a table with label=COLUMN, or leave out \(needed)"])
  }

  private static func count(_ width: Int, _ kind: String?) -> String {
    "\(width) \(kind.map { $0 + " " } ?? "")value\(width == 1 ? "" : "s")"
  }
}
