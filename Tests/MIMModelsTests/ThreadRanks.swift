import Foundation
import MIMTensor

/// Ranks that are threads of this process: what several processes do, without MPI.
final class ThreadRanks: @unchecked Sendable {
  private let size: Int
  private let condition = NSCondition()
  private var arrived = 0
  private var round = 0
  // Each rank writes its own place between two meetings.
  private var numbers: [[Float]]
  private var bytes: [UInt8] = []

  private init(_ size: Int) {
    self.size = size
    numbers = Array(repeating: [], count: size)
  }

  /// What `body` gives on each of `size` ranks.
  static func run<Result: Sendable>(
    _ size: Int, _ body: @escaping @Sendable (any Collective) throws -> Result
  ) -> [Swift.Result<Result, any Error>] {
    let ranks = ThreadRanks(size)
    let results = Results<Result>(size)
    let group = DispatchGroup()
    for rank in 0..<size {
      group.enter()
      let thread = Thread {
        results.set(rank, Swift.Result { try body(Member(rank: rank, ranks: ranks)) })
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
    return results.all
  }

  private final class Results<Result: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var found: [Swift.Result<Result, any Error>?]
    init(_ size: Int) { found = Array(repeating: nil, count: size) }
    func set(_ rank: Int, _ result: Swift.Result<Result, any Error>) {
      lock.withLock { found[rank] = result }
    }
    var all: [Swift.Result<Result, any Error>] { lock.withLock { found.compactMap { $0 } } }
  }

  private struct Member: Collective {
    let rank: Int
    let ranks: ThreadRanks
    var size: Int { ranks.size }

    func sum(_ values: UnsafeMutableBufferPointer<Float>) {
      ranks.numbers[rank] = Array(values)
      ranks.meet()
      for index in values.indices {
        values[index] = ranks.numbers.reduce(0) { $0 + $1[index] }
      }
      ranks.meet()
    }

    func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) {
      if rank == root { ranks.bytes = Array(bytes) }
      ranks.meet()
      bytes.copyBytes(from: ranks.bytes)
      ranks.meet()
    }

    func abort(_ message: String) -> Never { fatalError(message) }
  }

  /// Waits for all ranks.
  private func meet() {
    condition.lock()
    defer { condition.unlock() }
    let own = round
    arrived += 1
    if arrived == size {
      arrived = 0
      round += 1
      condition.broadcast()
    }
    while own == round { condition.wait() }
  }
}
