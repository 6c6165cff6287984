import CKernels
import MIMTensor

/// Many uniform numbers at once on the host, by the vector loops that draw a plan's noise: some thirty
/// times as fast as one by one from a `RandomStream`.
package final class UniformTable {
  private let place: UnsafeMutablePointer<Float>
  private let count: Int

  /// A table with room for `count` numbers, at least one.
  package init(count: Int) {
    self.count = max(1, count)
    // Whole cache lines, as the kernels ask for them.
    place = UnsafeMutableRawPointer.allocate(
      byteCount: 4 * self.count.roundedUp(to: 16), alignment: 64
    ).bindMemory(to: Float.self, capacity: self.count.roundedUp(to: 16))
    place.initialize(repeating: 0, count: self.count.roundedUp(to: 16))
  }

  deinit { place.deallocate() }

  /// Calls `body` with independent draws from the open interval (0, 1): those that a noise node of this seed and
  /// stream makes in step `step`. They are there during the call only.
  package func withDraws<Result>(
    seed: UInt64, stream: String, step: UInt64,
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    // The table's memory must outlive the use of the pointer, which the compiler doesn't see.
    try withExtendedLifetime(self) {
      draw(seed: seed, stream: stream, step: step)
      return try body(UnsafeBufferPointer(start: place, count: count))
    }
  }

  private func draw(seed: UInt64, stream: String, step: UInt64) {
    let key = Philox.key(seed: seed, stream: stream)
    withUnsafePointer(to: step) { step in
      var call = mim_instruction()
      Instruction(
        mim_call_UNIFORM_NOISE(
          mim_noise(
            result: place, step: step, count: count, key0: key.x, key1: key.y, bound: 0,
            first: 0, stride: 0, runs: 1))
      ).fill(&call, for: .inUse)
      mim_run(&call, 1)
    }
  }
}
