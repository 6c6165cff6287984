/// An error that another rank has: this one stops with it.
public struct OtherRankFailed: Error, Sendable, CustomStringConvertible {
  /// The lowest rank that failed.
  public let rank: Int

  /// The sentence shown where the other rank's own error is not at hand.
  public var description: String { "rank \(rank) failed; its own message says why" }
}

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

  /// The lowest rank where `condition` holds; nil where it holds on none.
  package func firstRank(where condition: Bool) -> Int? {
    guard isShared else { return condition ? 0 : nil }
    var flags = [Float](repeating: 0, count: size)
    flags[rank] = condition ? 1 : 0
    flags.withUnsafeMutableBufferPointer { sum($0) }
    return flags.firstIndex { $0 > 0 }
  }

  /// Runs `body` on every rank; where it throws on some, all throw: those their own error, the others
  /// `OtherRankFailed`.
  package func together<Result>(_ body: () throws -> Result) throws -> Result {
    let result = Swift.Result { try body() }
    var hasFailed = false
    if case .failure = result { hasFailed = true }
    let failed = firstRank(where: hasFailed)
    let value = try result.get()
    if let failed { throw OtherRankFailed(rank: failed) }
    return value
  }

  /// Whether every rank holds the same text as rank 0.
  package func agrees(on text: String) -> Bool {
    firstRank(where: broadcast(text) != text) == nil
  }
}
