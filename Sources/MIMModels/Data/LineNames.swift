/// What the lines of a table are called: the texts of its column `id=`.
public struct LineNames: Sendable, Equatable {
  /// The name of that column; `id` in a table without a header.
  public let column: String
  /// A text for each line of the file, those that were left out, too.
  public let texts: [String]

  /// The names of a split's items alone, in their order; nil where their places in the file are not known.
  public func of(_ split: DataSplit) -> LineNames? {
    split.places.map { places in
      LineNames(
        column: column,
        texts: places.map { texts.indices.contains(Int($0)) ? texts[Int($0)] : "" })
    }
  }
}
