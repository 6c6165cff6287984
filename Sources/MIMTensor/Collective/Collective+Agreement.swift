/// Another rank failed, so this one stops too.
public struct OtherRankFailed: Error, Sendable, CustomStringConvertible {
  /// The lowest rank that failed.
  public let rank: Int

  /// The sentence shown where the other rank's own error is not at hand.
  public var description: String { "rank \(rank) failed; its own message says why" }
}

/// The number from which on a rank says that it is at the end of its work.
package let rankHasEnded: Float = 500

extension Collective {
  /// Bytes of rank `root`, of any number.
  package func broadcast(_ bytes: [UInt8], from root: Int = 0) -> [UInt8] {
    guard isShared else { return bytes }
    var count = UInt64(bytes.count).littleEndian
    withUnsafeMutableBytes(of: &count) { broadcast($0, from: root) }
    var result =
      rank == root ? bytes : [UInt8](repeating: 0, count: Int(UInt64(littleEndian: count)))
    result.withUnsafeMutableBytes { if !$0.isEmpty { broadcast($0, from: root) } }
    return result
  }

  /// Text of rank `root`.
  package func broadcast(_ text: String, from root: Int = 0) -> String {
    isShared ? String(decoding: broadcast(Array(text.utf8), from: root), as: UTF8.self) : text
  }

  /// Every rank's number, by rank.
  package func numbers(_ own: Float) -> [Float] {
    var all = [Float](repeating: 0, count: size)
    all[rank] = own
    all.withUnsafeMutableBufferPointer { sum($0) }
    return all
  }

  /// Every rank's number, below `rankHasEnded`. Throws `OtherRankFailed` where a rank is at the end of its work
  /// already: it had an error on the way, and the others must not wait for what it will never do.
  package func meet(_ own: Float = 0) throws -> [Float] {
    let all = numbers(own)
    if let rank = all.firstIndex(where: { $0 >= rankHasEnded }) {
      throw OtherRankFailed(rank: rank)
    }
    return all
  }

  /// The lowest rank where `condition` holds; nil where it holds on none. Throws as `meet`.
  package func firstRank(where condition: Bool) throws -> Int? {
    try meet(condition ? 1 : 0).firstIndex { $0 > 0 }
  }

  /// Runs `body` on every rank; where it throws on some, all throw: those their own error, the others
  /// `OtherRankFailed`.
  package func together<Result>(_ body: () throws -> Result) throws -> Result {
    let result = Swift.Result { try body() }
    var hasFailed = false
    if case .failure = result { hasFailed = true }
    let failed = try firstRank(where: hasFailed)
    let value = try result.get()
    if let failed { throw OtherRankFailed(rank: failed) }
    return value
  }

  /// Whether every rank holds the same text as rank 0.
  package func agrees(on text: String) throws -> Bool {
    _ = try meet()
    return try firstRank(where: broadcast(text) != text) == nil
  }
}
