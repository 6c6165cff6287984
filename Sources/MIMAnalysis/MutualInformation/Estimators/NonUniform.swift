import Foundation
import MIMCPU
import MIMTensor

extension InformationEstimator {
  /// Local non-uniformity correction (Gao, Ver Steeg & Galstyan 2015, arXiv:1411.2003, equation 10), in
  /// nats, on top of KSG's estimator 2:
  ///
  ///     I = I_KSG2 + ⟨log V_i − log V̄_i⟩   over rows with V̄_i < α V_i, which contribute 0 elsewhere
  ///
  /// V_i is the volume of KSG's box around row i, V̄_i that of the smallest box around its k neighbours
  /// along the principal axes of their offsets from row i. Sees sharp dependence that KSG flattens.
  static let nonUniform = InformationEstimator(
    name: "lnc",
    summary: "KSG-2, corrected where neighbours lie along a line (Gao et al. 2015)",
    settings: [
      .neighbors,
      Setting(
        "alpha", usual: 0.25, in: 0...1, isWhole: false,
        "correct where the box shrinks below this share"),
    ], kind: .densities, relativeCost: 5
  ) { sample, values in
    let (k, alpha) = (values.integer("k", 5), values.number("alpha", 0.25))
    try sample.requireNeighbors(k)
    let (x, y) = (sample.x.points, sample.y.points)
    let joint = PointTable.joined([x, y], quantity: "x and y")
    let base = KSGSample(variables: [x, y], k: k, estimator: .second)
      .localInformation(threads: values.threads)
    guard k >= joint.dimensions else {
      var terms = InformationTerms(local: base, method: "KSG-2, k = \(k)")
      terms.warnings.append(
        "k = \(k) neighbours have no volume in \(joint.dimensions) dimensions, so nothing was corrected; "
          + "use lnc(k=\(joint.dimensions)) or more")
      return terms
    }
    let found = try nearestNeighbors(
      of: joint, in: joint, count: k, norm: .maximum, excludesSelf: true, threads: values.threads)
    var corrections = [Double](repeating: 0, count: sample.count)
    corrections.withUnsafeMutableBufferPointer { corrections in
      nonisolated(unsafe) let corrections = corrections
      inParallel(count: sample.count, chunk: 64, threads: values.threads) { rows in
        for row in rows {
          let neighbors = found.indices.row(row).map { Int($0) }
          corrections[row] = LocalBox(joint, row, neighbors, split: x.dimensions)
            .correction(alpha: alpha)
        }
      }
    }
    var terms = InformationTerms(
      local: base.indices.map { base[$0] + corrections[$0] },
      method: "KSG-2 with local non-uniformity correction, k = \(k), α = \(alpha)")
    if joint.dimensions > 2 {
      terms.warnings.append(
        "in \(joint.dimensions) columns few neighbours fill little of their box even where the density is smooth; "
          + "with alpha = \(alpha) the value may be far too high: use ksg, or a smaller alpha")
    }
    return terms
  }
}

/// The neighbours of a row as offsets from it.
private struct LocalBox {
  private let offsets: [[Double]]
  private let dimensions: Int
  /// The number of columns of x, which come first.
  private let split: Int

  init(_ table: PointTable, _ row: Int, _ neighbors: [Int], split: Int) {
    let d = table.dimensions
    dimensions = d
    self.split = split
    offsets = neighbors.map { other in
      (0..<d).map { table.values[other * d + $0] - table.values[row * d + $0] }
    }
  }

  /// log V − log V̄ in nats, 0 unless V̄ < α V.
  func correction(alpha: Double) -> Double {
    let box = logExtent(0..<split) + logExtent(split..<dimensions)
    var scatter = [Double](repeating: 0, count: dimensions * dimensions)
    for offset in offsets {
      for a in 0..<dimensions {
        for b in 0..<dimensions { scatter[a * dimensions + b] += offset[a] * offset[b] }
      }
    }
    let axes = SymmetricEigenproblem(scatter, size: dimensions).vectors
    let rotated = (0..<dimensions).reduce(0.0) { sum, axis in
      let extent = offsets.reduce(0) { largest, offset in
        max(
          largest,
          abs((0..<dimensions).reduce(0) { $0 + axes[axis * dimensions + $1] * offset[$1] }))
      }
      return sum + log(extent)
    }
    // Where all neighbours lie in a plane V̄ is 0 and the correction would be infinite: that is
    // rounding, or a duplicated column, and not a density.
    guard alpha > 0, rotated.isFinite, box.isFinite, rotated < box + log(alpha) else { return 0 }
    return box - rotated
  }

  /// The logarithm of KSG's cube in these columns, with half sides.
  private func logExtent(_ columns: Range<Int>) -> Double {
    let extent = offsets.reduce(0) { largest, offset in
      columns.reduce(largest) { max($0, abs(offset[$1])) }
    }
    return Double(columns.count) * log(extent)
  }
}
