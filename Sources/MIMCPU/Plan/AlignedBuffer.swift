import CKernels
import MIMTensor

/// Zeroed floats at a 64-byte boundary, with room up to the next multiple of 16, as the kernels
/// ask for it. Freed with its owner.
final class AlignedBuffer: DeviceBuffer {
  let pointer: UnsafeMutablePointer<Float>
  let count: Int

  /// Throws `EngineError.outOfMemory` where there is no such memory.
  init(count: Int) throws {
    let (bytes, overflow) = count.roundedUp(to: 16).multipliedReportingOverflow(by: 4)
    guard !overflow, let memory = mim_allocate(Int64(bytes)) else {
      throw EngineError.outOfMemory(bytes: overflow ? Int.max : bytes)
    }
    pointer = memory.assumingMemoryBound(to: Float.self)
    self.count = count
  }

  deinit { mim_free(pointer) }

  var elements: [Float] {
    Array(UnsafeBufferPointer(start: pointer, count: count))
  }

  func set(_ elements: [Float]) {
    precondition(elements.count == count, "\(elements.count) numbers for \(count) places")
    elements.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      pointer.update(from: base, count: count)
    }
  }
}

extension DeviceBuffer {
  /// Where the numbers lie. Precondition: the processor made the buffer, as the store does that a plan is made with.
  var place: UnsafeMutablePointer<Float> {
    guard let buffer = self as? AlignedBuffer else {
      preconditionFailure("a buffer of another backend among the processor's")
    }
    return buffer.pointer
  }
}
