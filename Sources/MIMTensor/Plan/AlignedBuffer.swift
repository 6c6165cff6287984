import CKernels

/// Zeroed floats at a 64-byte boundary, with room up to the next multiple of 16, as the kernels
/// ask for it. Freed with its owner.
package final class AlignedBuffer {
  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int

  /// Throws `EngineError.outOfMemory` where there is no such memory.
  package init(count: Int) throws {
    let (bytes, overflow) = count.roundedUp(to: 16).multipliedReportingOverflow(by: 4)
    guard !overflow, let memory = mim_allocate(Int64(bytes)) else {
      throw EngineError.outOfMemory(bytes: overflow ? Int.max : bytes)
    }
    pointer = memory.assumingMemoryBound(to: Float.self)
    self.count = count
  }

  deinit { mim_free(pointer) }

  package var elements: [Float] {
    Array(UnsafeBufferPointer(start: pointer, count: count))
  }

  package func set(_ elements: [Float]) {
    precondition(elements.count == count, "\(elements.count) numbers for \(count) places")
    elements.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      pointer.update(from: base, count: count)
    }
  }
}
