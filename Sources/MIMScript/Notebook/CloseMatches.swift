/// Names near enough to a mistyped one to be suggested: within a third of its length (at least
/// one edit), nearest first, at most three.
public func closeMatches(to name: String, among candidates: [String]) -> [String] {
  guard name.utf8.count <= 100 else { return [] }
  let limit = max(1, name.count / 3)
  let near = candidates.enumerated().compactMap { index, candidate -> (Int, Int, String)? in
    let distance = editDistance(Array(name.lowercased()), Array(candidate.lowercased()))
    return distance <= limit ? (distance, index, candidate) : nil
  }
  return near.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.prefix(3).map(\.2)
}

/// Insertions, deletions, substitutions and swaps of neighbours that lead from one to the other.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in 1...a.count {
    var current = [i]
    for j in 1...b.count {
      let substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
      var best = min(substitution, last[j] + 1, current[j - 1] + 1)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        best = min(best, beforeLast[j - 2] + 1)
      }
      current.append(best)
    }
    (beforeLast, last) = (last, current)
  }
  return last[b.count]
}
