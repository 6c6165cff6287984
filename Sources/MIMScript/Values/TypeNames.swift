extension String {
  /// A type's name with its article: "a model", "an embedding", "codes", "text", "none".
  package var withArticle: String {
    if isPlural || self == "none" || self == "text" { return self }
    return (first.map { "aeiou".contains($0) } ?? false ? "an " : "a ") + self
  }

  /// Whether a type's name is a plural: "items", "codes".
  package var isPlural: Bool { hasSuffix("s") }
}
