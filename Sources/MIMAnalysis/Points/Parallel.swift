import Dispatch
import Foundation
import Synchronization

/// Runs `body` on consecutive ranges that together cover `0..<count`, several at a time. The
/// ranges depend on `chunk` alone, so results that are written by index, or summed over the
/// ranges in order afterwards, don't depend on the number of threads.
func inParallel(
  count: Int, chunk: Int, threads: Int?, _ body: @Sendable (Range<Int>) -> Void
) {
  let chunks = (count + chunk - 1) / chunk
  let workers = min(chunks, workerCount(threads))
  let range = { @Sendable (index: Int) in index * chunk..<min(count, (index + 1) * chunk) }
  guard workers > 1 else {
    for index in 0..<chunks { body(range(index)) }
    return
  }
  let next = Atomic(0)
  DispatchQueue.concurrentPerform(iterations: workers) { _ in
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < chunks else { return }
      body(range(index))
    }
  }
}

/// The threads to use where the caller allows `threads`, or one for each core.
func workerCount(_ threads: Int?) -> Int {
  max(1, min(threads ?? ProcessInfo.processInfo.activeProcessorCount, 256))
}
