extension String {
  /// A type's name as a sentence has it: "a model", "an embedding", "codes", "none".
  package var withArticle: String {
    if isPlural || self == "none" { return self }
    return (first.map { "aeiou".contains($0) } ?? false ? "an " : "a ") + self
  }

  /// Whether a type's name is a plural: "items", "codes".
  package var isPlural: Bool { hasSuffix("s") }
}
