import CFFTW
import CKernels
import Synchronization

/// FFTW's plans for the rows and columns of a grid of one side length; each is used by several
/// threads at once on their own memory.
///
/// They are made by FFTW's estimate, which depends on the length alone: plans that are chosen by
/// measuring differ from run to run, and so would the last bits of every result.
final class GridTransforms: @unchecked Sendable {
  /// Columns that are transformed together, so that every vector instruction serves several.
  static let columns = 8

  /// The side of the grid, even.
  let length: Int
  private let rowForward: fftwf_plan
  private let rowBackward: fftwf_plan
  private let columnForward: fftwf_plan
  private let columnBackward: fftwf_plan

  /// FFTW's planner is the part of it that no two threads may enter.
  private static let planner = Mutex(())

  init(length: Int) throws {
    self.length = length
    let half = length / 2 + 1
    let row = try AlignedFloats(count: length)
    let spectrum = try AlignedFloats(count: 2 * half)
    let block = try AlignedFloats(count: 2 * length * Self.columns)
    let plans = Self.planner.withLock { _ in
      let forward = fftwf_plan_dft_r2c_1d(
        Int32(length), row.pointer, spectrum.complex, FFTW_ESTIMATE)
      let backward = fftwf_plan_dft_c2r_1d(
        Int32(length), spectrum.complex, row.pointer, FFTW_ESTIMATE)
      return [
        forward, backward, Self.columnPlan(length, block, FFTW_FORWARD),
        Self.columnPlan(length, block, FFTW_BACKWARD),
      ]
    }
    guard let rowForward = plans[0], let rowBackward = plans[1], let columnForward = plans[2],
      let columnBackward = plans[3]
    else { preconditionFailure("FFTW has no plan for \(length) points") }
    self.rowForward = rowForward
    self.rowBackward = rowBackward
    self.columnForward = columnForward
    self.columnBackward = columnBackward
  }

  deinit {
    Self.planner.withLock { _ in
      for plan in [rowForward, rowBackward, columnForward, columnBackward] {
        fftwf_destroy_plan(plan)
      }
    }
  }

  private static func columnPlan(
    _ length: Int, _ block: AlignedFloats, _ sign: Int32
  ) -> fftwf_plan? {
    var size = Int32(length)
    return fftwf_plan_many_dft(
      1, &size, Int32(columns), block.complex, nil, Int32(columns), 1, block.complex, nil,
      Int32(columns), 1, sign, FFTW_ESTIMATE)
  }

  /// A row of `length` reals to `length`/2 + 1 complex numbers.
  func forwardRow(_ row: UnsafeMutablePointer<Float>, to spectrum: UnsafeMutablePointer<Float>) {
    fftwf_execute_dft_r2c(rowForward, row, complexNumbers(spectrum))
  }

  /// Back again, times `length`; overwrites the spectrum.
  func backwardRow(_ spectrum: UnsafeMutablePointer<Float>, to row: UnsafeMutablePointer<Float>) {
    fftwf_execute_dft_c2r(rowBackward, complexNumbers(spectrum), row)
  }

  /// A block of columns, in place.
  func forwardColumns(_ block: UnsafeMutablePointer<Float>) {
    fftwf_execute_dft(columnForward, complexNumbers(block), complexNumbers(block))
  }

  /// Back again, times `length`.
  func backwardColumns(_ block: UnsafeMutablePointer<Float>) {
    fftwf_execute_dft(columnBackward, complexNumbers(block), complexNumbers(block))
  }
}

/// Floats at a 64-byte boundary, as FFTW's vector code wants them.
final class AlignedFloats: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Float>
  let count: Int

  /// - Throws: `AnalysisError.noMemory` where the system has none left.
  init(count: Int) throws {
    self.count = count
    guard let bytes = mim_allocate(Int64(count * MemoryLayout<Float>.stride)) else {
      throw AnalysisError.noMemory(bytes: count * MemoryLayout<Float>.stride)
    }
    pointer = bytes.bindMemory(to: Float.self, capacity: count)
  }

  deinit { mim_free(pointer) }

  /// The same memory as pairs of real and imaginary parts.
  var complex: UnsafeMutablePointer<fftwf_complex> { complexNumbers(pointer) }
}

/// Runs `body` with floats at a 64-byte boundary, which are gone afterwards. Their values are any.
func withScratchFloats(count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
  withUnsafeTemporaryAllocation(
    byteCount: count * MemoryLayout<Float>.stride, alignment: 64
  ) { bytes in
    guard let start = bytes.baseAddress else { return }
    body(start.bindMemory(to: Float.self, capacity: count))
  }
}

private func complexNumbers(
  _ pointer: UnsafeMutablePointer<Float>
) -> UnsafeMutablePointer<fftwf_complex> {
  UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: fftwf_complex.self)
}
