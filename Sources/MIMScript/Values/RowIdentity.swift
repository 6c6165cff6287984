/// Which lines of a file the rows of a value are, in their order. Two values of one file with different ones can't stand side by side.
public struct RowIdentity: Sendable, Codable, Equatable {
  /// The file by its contents: its SHA-256.
  public let file: String
  /// What it is called.
  public let name: String
  /// The place of each row in it, from 0.
  public let places: [Int32]

  /// Rows of a file.
  public init(file: String, name: String, places: [Int32]) {
    (self.file, self.name, self.places) = (file, name, places)
  }

  /// What to say where rows of one file stand beside each other in different orders; nil where nothing is wrong, or nothing is known.
  /// - Parameters:
  ///   - own: what these rows are called, as the user wrote it.
  ///   - others: the same of the others.
  public static func conflict(
    _ one: RowIdentity?, _ other: RowIdentity?, own: String, others: String
  ) -> (message: String, notes: [String])? {
    guard let one, let other, one.file == other.file, one.places.count == other.places.count,
      one.places != other.places
    else { return nil }
    return (
      "row by row, `\(own)` and `\(others)` are different lines of \(one.name)",
      [
        "take both from one split of one load, or load the file both times with the same label=, split=, missing= and seed="
      ]
    )
  }
}
