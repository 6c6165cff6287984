import CKernels
import MIMCPU
import MIMTensor

/// XᵀX of centred points, both triangles, summed block by block.
struct GramMatrix {
  private static let lanes = Int(MIM_GRAM_LANES)
  /// Rows of one block: two panels of it fit the first-level cache.
  private static let blockRows = 128
  /// Panels that a thread takes through a block while it is in the second-level cache.
  private static let panelsAtOnce = 4
  /// Blocks that are packed before the threads share out the panels.
  private static let blocksAtOnce = 16

  /// The number of columns.
  let size: Int
  /// Row-major, `[size, size]`.
  let entries: [Double]

  /// The sum of the diagonal.
  var trace: Double { (0..<size).reduce(0) { $0 + entries[$1 * size + $1] } }

  init<Scalar: PointScalar>(of points: HostArray<Scalar>, minus mean: [Double], threads: Int?) {
    let size = points.rowSize
    let panels = (size + Self.lanes - 1) / Self.lanes
    let stride = panels * Self.lanes
    let blockSize = stride * Self.blockRows
    var gram = [Double](repeating: 0, count: stride * stride)
    var packed = [Double](repeating: 0, count: blockSize * Self.blocksAtOnce)
    let step = Self.blockRows * Self.blocksAtOnce
    gram.withUnsafeMutableBufferPointer { gram in
      packed.withUnsafeMutableBufferPointer { packed in
        guard let gram = gram.baseAddress, let packed = packed.baseAddress else { return }
        nonisolated(unsafe) let (sums, blocks) = (gram, packed)
        for first in Swift.stride(from: 0, to: points.rowCount, by: step) {
          if StopRequest.isMade { break }
          let count = min(points.rowCount - first, step)
          let found = (count + Self.blockRows - 1) / Self.blockRows
          inParallel(count: found, chunk: 1, threads: threads) { range in
            for block in range {
              let begin = first + block * Self.blockRows
              Self.pack(
                points, rows: begin..<min(points.rowCount, begin + Self.blockRows), mean: mean,
                into: blocks + block * blockSize)
            }
          }
          // The last panels have most to do, and come first.
          inParallel(count: panels, chunk: Self.panelsAtOnce, threads: threads) { range in
            for block in 0..<found {
              for place in range {
                mim_accumulate_gram(
                  blocks + block * blockSize, Self.blockRows, panels - 1 - place, sums, stride)
              }
            }
          }
        }
      }
    }
    self.size = size
    entries = [Double](unsafeUninitializedCapacity: size * size) { entries, initialized in
      for row in 0..<size {
        for column in 0..<size {
          entries[row * size + column] = gram[max(row, column) * stride + min(row, column)]
        }
      }
      initialized = size * size
    }
  }

  /// The rows in panels of columns; rows and columns past the end are zero.
  private static func pack<Scalar: PointScalar>(
    _ points: HostArray<Scalar>, rows: Range<Int>, mean: [Double],
    into block: UnsafeMutablePointer<Double>
  ) {
    let (columns, lanes) = (points.rowSize, lanes)
    let (panels, panelSize) = ((columns + lanes - 1) / lanes, blockRows * lanes)
    for panel in 0..<panels {
      for place in rows.count * lanes..<panelSize { block[panel * panelSize + place] = 0 }
    }
    points.elements.withUnsafeBufferPointer { values in
      mean.withUnsafeBufferPointer { mean in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: columns) { scratch in
          guard let values = values.baseAddress, let mean = mean.baseAddress,
            let source = scratch.baseAddress
          else { return }
          for (place, row) in rows.enumerated() {
            Scalar.widen(values + row * columns, count: columns, into: source)
            mim_centre_row(source, mean, columns, block + place * lanes, panelSize)
          }
        }
      }
    }
  }
}
