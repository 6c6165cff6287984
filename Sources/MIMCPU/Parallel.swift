import CKernels
import Foundation

/// Runs `body` on consecutive ranges that together cover `0..<count`, several at a time. The
/// ranges depend on `chunk` alone, so results that are written by index, or summed over the
/// ranges in order afterwards, don't depend on the number of threads.
package func inParallel(
  count: Int, chunk: Int, threads: Int?, _ body: @Sendable (Range<Int>) -> Void
) {
  let chunks = (count + chunk - 1) / chunk
  let workers = min(chunks, workerCount(threads))
  let range = { @Sendable (index: Int) in index * chunk..<min(count, (index + 1) * chunk) }
  guard workers > 1 else {
    for index in 0..<chunks { body(range(index)) }
    return
  }
  withoutActuallyEscaping(body) { body in
    let work = ParallelWork { body(range($0)) }
    withExtendedLifetime(work) {
      mim_share(
        Int32(workers), Int32(chunks),
        { context, chunk, _ in
          guard let context else { return }
          Unmanaged<ParallelWork>.fromOpaque(context).takeUnretainedValue().body(Int(chunk))
        }, Unmanaged.passUnretained(work).toOpaque())
    }
  }
}

/// The threads to use where the caller allows `threads`, or one for each core.
package func workerCount(_ threads: Int?) -> Int {
  max(1, min(threads ?? ProcessInfo.processInfo.activeProcessorCount, 256))
}

/// What a C function pointer can carry of a closure. The team is our own and not Dispatch's
/// `concurrentPerform`: called from the threads of sweep rows, which end, the latter damages the
/// heap (Swift 6.3 on Linux).
private final class ParallelWork: Sendable {
  let body: @Sendable (Int) -> Void
  init(_ body: @escaping @Sendable (Int) -> Void) { self.body = body }
}
