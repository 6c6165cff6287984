import Foundation
import MIMTensor

/// The mutual information of every code with every factor, in nats, from counts: codes in 20 cells of equal width
/// between their least and greatest value (as Locatello et al. 2019, arXiv:1811.12359, have them).
public struct FactorInformation: Sendable {
  /// I(z_j; v_f), `[codes][factors]`.
  public let values: [[Double]]
  /// H(v_f) of each factor.
  public let entropies: [Double]

  private static let cells = 20

  /// Counts.
  public init(_ sample: FactorSample) {
    let entropies = sample.factors.map { CellCounts($0.values.map { Int($0) }).entropy }
    self.entropies = entropies
    values = (0..<sample.width).map { place in
      let cells = Self.cells(of: sample.column(place))
      let own = CellCounts(cells).entropy
      return zip(sample.factors, entropies).map { factor, entropy in
        let joint = zip(cells, factor.values).map { $0 * 1_000_003 + Int($1) }
        return own + entropy - CellCounts(joint).entropy
      }
    }
  }

  private static func cells(of values: [Double]) -> [Int] {
    guard let least = values.min(), let greatest = values.max(), greatest > least else {
      return values.map { _ in 0 }
    }
    // The left edges, which belong to their cells; as NumPy's histogram and digitize have it.
    let edges = (0..<cells).map { least + Double($0) * ((greatest - least) / Double(cells)) }
    return values.map { value in
      var (low, high) = (0, cells)
      while low < high {
        let middle = (low + high) / 2
        if edges[middle] <= value { low = middle + 1 } else { high = middle }
      }
      return max(0, low - 1)
    }
  }

  /// The mutual information gap (Chen, Li, Grosse & Duvenaud 2018, arXiv:1802.04942, equation 6): by how much the most
  /// informative code of a factor exceeds the second one, as a share of the factor's entropy; the mean over factors, 0
  /// to 1.
  public var gap: Double {
    let gaps = entropies.indices.map { factor -> Double in
      let sorted = values.map { $0[factor] }.sorted(by: >)
      return (sorted[0] - sorted[1]) / entropies[factor]
    }
    return gaps.reduce(0, +) / Double(gaps.count)
  }

  /// Modularity (Ridgeway & Mozer 2018, arXiv:1802.05312, section 3): whether each code tells of one factor alone,
  ///
  ///     1 − Σ_{f ≠ f*} I_jf² / (I_jf*² (F − 1)),
  ///
  /// f* being the factor it tells most of; the mean over codes that tell of any, 0 to 1. 1 with a single factor.
  public var modularity: Double {
    guard entropies.count > 1 else { return 1 }
    let parts = values.compactMap { own -> Double? in
      guard let largest = own.max(), largest > 1e-12 else { return nil }
      let all = own.reduce(0) { $0 + $1 * $1 }
      return 1 - (all - largest * largest) / (largest * largest * Double(own.count - 1))
    }
    return parts.isEmpty ? 0 : parts.reduce(0, +) / Double(parts.count)
  }
}
