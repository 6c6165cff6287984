/// The processes that work on one thing together: ranks `0..<size`, of which this is `rank`.
///
/// Every rank makes the same calls in the same order; a call returns when the numbers of all are there.
/// A connection that is lost can't be reported to ranks that wait on it, so an implementation ends
/// all of them then instead of throwing.
public protocol Collective: Sendable {
  /// This process's number, from 0.
  var rank: Int { get }
  /// How many there are.
  var size: Int { get }

  /// Replaces each number by its sum over the ranks: the same bits on every rank.
  func sum(_ values: UnsafeMutableBufferPointer<Float>)

  /// Replaces the bytes by those of rank `root`. Precondition: as many on every rank.
  func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int)

  /// Ends every rank with this one's message: for an error that the others can't know of while they
  /// wait.
  func abort(_ message: String) -> Never
}

/// One process by itself.
public struct SerialCollective: Collective {
  /// The one rank there is.
  public var rank: Int { 0 }
  /// One.
  public var size: Int { 1 }

  /// One rank: every sum is its own.
  public init() {}

  /// A sum over one rank: nothing changes.
  public func sum(_ values: UnsafeMutableBufferPointer<Float>) {}
  /// The bytes are rank 0's already.
  public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) {}
  /// Nobody waits for a single process, so that it throws its errors instead. Traps.
  public func abort(_ message: String) -> Never { fatalError(message) }
}

/// Which part of a batch belongs to a rank: items `rank · n ..< (rank + 1) · n` of `size · n`.
package struct BatchShare: Sendable, Equatable {
  package let index: Int
  package let count: Int

  /// The whole batch.
  package static let whole = BatchShare(index: 0, count: 1)

  package init(index: Int, count: Int) {
    precondition(count > 0 && (0..<count).contains(index), "share \(index) of \(count)")
    self.index = index
    self.count = count
  }
}

extension Collective {
  /// The part of each batch that this rank computes.
  package var share: BatchShare { BatchShare(index: rank, count: size) }
  /// Whether there are others.
  package var isShared: Bool { size > 1 }
}
