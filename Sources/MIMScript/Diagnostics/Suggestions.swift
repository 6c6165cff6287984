/// "Did you mean": few, near, and only from what is valid at that place.
public enum Suggestions {
  /// Names within distance ≤ max(1, length/3) of what was written, and short forms of it (`cols` of `columns`), nearest first, at most
  /// three.
  public static func near(_ written: String, in valid: some Sequence<String>) -> [String] {
    let letters = Array(written.lowercased())
    guard letters.count <= 64 else { return [] }
    let limit = max(1, letters.count / 3)
    let found = Set(valid).compactMap { name -> (name: String, distance: Int)? in
      let candidate = Array(name.lowercased())
      if isShort(candidate, of: letters) { return (name, limit) }
      if name != written, isSpelledAlike(candidate, letters) { return (name, 0) }
      guard abs(candidate.count - letters.count) <= limit, name != written else { return nil }
      let distance = distance(letters, candidate)
      return distance <= limit && distance < letters.count ? (name, distance) : nil
    }
    return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
  }

  /// Whether a name of three letters or more begins like a longer one, and its letters stand there in their order.
  private static func isShort(_ name: [Character], of written: [Character]) -> Bool {
    guard name.count >= 3, name.count < written.count, name.prefix(3) == written.prefix(3) else {
      return false
    }
    var rest = written[...]
    return name.allSatisfy { letter in
      guard let place = rest.firstIndex(of: letter) else { return false }
      rest = rest[(place + 1)...]
      return true
    }
  }

  /// Whether two names differ only in signs, as `mean radius` and `mean_radius`, or `'vote'` and `vote`, do.
  private static func isSpelledAlike(_ name: [Character], _ written: [Character]) -> Bool {
    func plain(_ letters: [Character]) -> [Character] {
      letters.filter { $0.isLetter || $0.isNumber }
    }
    let own = plain(name)
    return !own.isEmpty && own == plain(written)
  }

  /// "did you mean `epochs`?", nil when nothing is near.
  public static func label(for written: String, in valid: some Sequence<String>) -> String? {
    label(naming: near(written, in: valid))
  }

  /// The same for names that were found before.
  static func label(naming near: [String]) -> String? {
    let names = near.map { "`\($0)`" }
    guard let last = names.last else { return nil }
    let first = names.dropLast().joined(separator: ", ")
    return "did you mean " + (first.isEmpty ? last : "\(first) or \(last)") + "?"
  }

  /// The same as changes of what was written at the place of an error.
  public static func fixes(
    for written: String, in valid: some Sequence<String>
  ) -> [ScriptError.Fix] {
    near(written, in: valid).map { ScriptError.Fix($0) }
  }

  /// Edits between two words: insert, delete, replace, or swap two neighbours.
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for (i, left) in a.enumerated() {
      var row = [i + 1]
      for (j, right) in b.enumerated() {
        var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (left == right ? 0 : 1))
        if i > 0, j > 0, left == b[j - 1], a[i - 1] == right {
          best = min(best, beforeLast[j - 1] + 1)
        }
        row.append(best)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
