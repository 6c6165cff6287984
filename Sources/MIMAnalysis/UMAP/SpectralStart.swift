import CKernels
import Foundation
import MIMCPU
import MIMTensor

/// The eigenvectors of a neighbour graph's normalised Laplacian 1 − D^−½ W D^−½ with the smallest eigenvalues above 0
/// (Belkin & Niyogi 2003): where UMAP starts.
package struct SpectralStart {
  /// The eigenvectors, `[n, dimensions]`; in each the entry of largest magnitude is positive.
  package let coordinates: [Double]

  /// umap-learn's tolerance. An exact eigenvector is no better start than a near one.
  private static let tolerance = 1e-4
  private static let products = 400

  /// For a graph in one piece of more than 8 points.
  package init(_ graph: UMAPGraph, dimensions: Int, threads: Int?) {
    let count = graph.count
    let leading = LeadingEigenpairs(
      of: NormalizedAdjacency(graph, threads: threads), count: dimensions + 1,
      width: NormalizedAdjacency.width, tolerance: Self.tolerance, products: Self.products,
      threads: threads)
    // The first belongs to the eigenvalue 0 and has √degree everywhere.
    let vectors = (1...dimensions).map { index in
      let vector = leading.vectors[index * count..<(index + 1) * count]
      let largest = vector.max { abs($0) < abs($1) } ?? 0
      return largest < 0 ? vector.map { -$0 } : [Double](vector)
    }
    coordinates = (0..<count * dimensions).map { vectors[$0 % dimensions][$0 / dimensions] }
  }
}

/// D^−½ W D^−½ of a graph; its eigenvalues lie between −1 and 1.
private struct NormalizedAdjacency: SymmetricOperator {
  static let width = Int(MIM_SPARSE_VECTORS)

  let offsets: [Int64]
  let columns: [Int32]
  let values: [Double]
  let threads: Int?
  let lowest = -1.0

  var size: Int { offsets.count - 1 }

  init(_ graph: UMAPGraph, threads: Int?) {
    let rows = graph.rows
    let scales = (0..<graph.count).map { row in
      1 / rows.values[rows.offsets[row]..<rows.offsets[row + 1]].reduce(0, +).squareRoot()
    }
    offsets = rows.offsets.map { Int64($0) }
    columns = rows.columns
    var values = rows.values
    for row in 0..<graph.count {
      for entry in rows.offsets[row]..<rows.offsets[row + 1] {
        values[entry] *= scales[row] * scales[Int(columns[entry])]
      }
    }
    self.values = values
    self.threads = threads
  }

  func multiply(_ vectors: [Double]) -> [Double] {
    let (size, width) = (size, Self.width)
    let points = Self.turned(vectors, rows: width, columns: size)
    let products = [Double](unsafeUninitializedCapacity: points.count) { products, initialized in
      nonisolated(unsafe) let products = products.baseAddress
      inParallel(count: size, chunk: 2_048, threads: threads) { range in
        mim_sparse_products(
          offsets, columns, values, points, range.lowerBound, range.upperBound, products)
      }
      initialized = points.count
    }
    return Self.turned(products, rows: size, columns: width)
  }

  /// `[rows, columns]` as `[columns, rows]`.
  private static func turned(_ table: [Double], rows: Int, columns: Int) -> [Double] {
    [Double](unsafeUninitializedCapacity: table.count) { turned, initialized in
      for row in 0..<rows {
        for column in 0..<columns { turned[column * rows + row] = table[row * columns + column] }
      }
      initialized = table.count
    }
  }
}
