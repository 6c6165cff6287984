/// `>=0.1`, `>=0.1, <2`: which versions of mim-repl a notebook runs with.
struct VersionRequirement {
  private let parts: [(comparison: String, version: [Int])]

  /// Reads a requirement; nil when it is not one.
  init?(_ text: String) {
    var parts: [(String, [Int])] = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      let piece = piece.filter { $0 != " " }
      let comparison = String(piece.prefix { "<>=".contains($0) })
      guard ["", "=", "==", ">=", "<=", ">", "<"].contains(comparison),
        let version = VersionRequirement.numbers(piece.dropFirst(comparison.count))
      else { return nil }
      parts.append((comparison, version))
    }
    self.parts = parts
  }

  /// Whether a version fulfils every part.
  func allows(_ version: String) -> Bool {
    guard let version = VersionRequirement.numbers(version[...]) else { return false }
    return parts.allSatisfy { part in
      let order = VersionRequirement.compare(version, part.version)
      return switch part.comparison {
      case ">=": order >= 0
      case "<=": order <= 0
      case ">": order > 0
      case "<": order < 0
      default: order == 0
      }
    }
  }

  private static func numbers(_ text: some StringProtocol) -> [Int]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.utf8.count <= 9 ? Int($0) : nil }
    guard !numbers.isEmpty, numbers.count == parts.count, numbers.count <= 4,
      numbers.allSatisfy({ $0 >= 0 })
    else { return nil }
    return numbers
  }

  private static func compare(_ a: [Int], _ b: [Int]) -> Int {
    for index in 0..<max(a.count, b.count) {
      let (left, right) = (index < a.count ? a[index] : 0, index < b.count ? b[index] : 0)
      if left != right { return left < right ? -1 : 1 }
    }
    return 0
  }
}
