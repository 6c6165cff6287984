import MIMScript
import MIMTensor

extension Ranks {
  /// Takes over another rank's wish to stop, so that all stop at the same statement; whether there is one.
  /// Throws where a rank has left the statement with an error.
  @discardableResult func agree(on interruption: Interruption) throws -> Bool {
    guard isShared else { return interruption.isRequested }
    let own = interruption.isRequested ? Float(1 + interruption.cause.rawValue) : 0
    guard let wish = try together({ try collective.meet(own) }).first(where: { $0 > 0 }) else {
      return false
    }
    if !interruption.isRequested {
      interruption.request(Interruption.Cause(rawValue: Int(wish) - 1) ?? .user)
    }
    return true
  }

  /// The error that a statement ends with on every rank: that of the lowest rank that has one. Errors that
  /// all ranks have are rank 0's own.
  func agreed(_ error: ScriptError?, at span: Span) -> ScriptError? {
    guard isShared else { return error }
    // A rank that only stops because another did must not be taken for the reason.
    let isOwn = error.map { !$0.isOfOtherRank } ?? false
    let (well, stopped, failed) = (rankHasEnded, rankHasEnded + 1, rankHasEnded + 2)
    let own = error == nil ? well : isOwn ? failed : stopped
    // Ranks that are still inside the statement hear of the end at their next meeting.
    var all: [Float]
    repeat { all = collective.numbers(own) } while all.contains { $0 < rankHasEnded }
    guard let rank = all.firstIndex(of: failed) ?? all.firstIndex(of: stopped) else { return nil }
    let report = ErrorReport(error ?? ScriptError(ScriptError.otherRankCode, "nothing failed here"))
    let bytes = collective.broadcast(rank == collective.rank ? report.messageBytes : [], from: rank)
    if rank == collective.rank { return error }
    var found =
      ErrorReport(message: bytes)?.error(in: span.source)
      ?? ScriptError("E450", "rank \(rank) failed", at: span)
    if found.span == nil { found.span = span }
    if error == nil || isOwn == false { found.notes.append("on rank \(rank)") }
    found.partial = error?.partial
    return found
  }

  /// Runs `body` on rank 0; where it throws there, the others throw too.
  public func leading(_ body: () throws -> Void) throws {
    try together { if isLeading { try body() } }
  }

  /// Runs `body` on every rank; where it throws on some, all throw: the others E450.
  func together<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try collective.together(body)
    } catch let error as OtherRankFailed {
      throw ScriptError(error)
    }
  }
}

extension ScriptError {
  /// The code of an error that stands for another rank's.
  static let otherRankCode = "E450"

  /// The stand-in for another rank's error.
  init(_ error: OtherRankFailed, at span: Span? = nil) {
    self.init(Self.otherRankCode, "\(error)", at: span)
  }

  fileprivate var isOfOtherRank: Bool { code == Self.otherRankCode }
}
