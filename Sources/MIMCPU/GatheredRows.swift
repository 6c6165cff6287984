import MIMFormats
import MIMTensor

extension HostArray {
  /// The rows at `indices`, in that order, as ``HostArray/rows(_:)`` gives them, gathered by several threads: for whole data sets.
  package func gatheredRows(_ indices: [Int]) -> HostArray {
    let (size, rowCount) = (rowSize, rowCount)
    let gathered = elements.withUnsafeBufferPointer { source in
      [Element](unsafeUninitializedCapacity: indices.count * size) { place, count in
        LargePages.prefer(UnsafeMutableRawBufferPointer(place))
        guard let source = source.baseAddress, let place = place.baseAddress else { return }
        nonisolated(unsafe) let (from, to) = (source, place)
        inParallel(count: indices.count, chunk: 1 << 14, threads: nil) { range in
          for row in range {
            let index = indices[row]
            precondition(index >= 0 && index < rowCount, "row \(index) of \(rowCount)")
            (to + row * size).initialize(from: from + index * size, count: size)
          }
        }
        count = indices.count * size
      }
    }
    return HostArray(gathered, shape: Shape([indices.count] + shape.dimensions.dropFirst()))
  }
}
