/// Reads numbers written outside the language: plain YAML scalars.
enum ParameterText {
  /// A number as the language writes it: `10_000`, `5e-4`, `.5`, perhaps with a sign.
  static func number(_ text: String) -> Double? {
    let isNumeric = text.utf8.allSatisfy { "0123456789+-._eE".utf8.contains($0) }
    guard isNumeric, text.utf8.contains(where: { (48...57).contains($0) }),
      let first = text.first, first != "_", first != "e", first != "E"
    else { return nil }
    return Double(text.filter { $0 != "_" }).flatMap { $0.isFinite ? $0 : nil }
  }
}
