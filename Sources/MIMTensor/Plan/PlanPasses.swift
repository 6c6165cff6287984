extension PlanSummary {
  /// A pass of one step for which there is more than one implementation: a product or a convolution.
  public struct Pass: Sendable, Hashable {
    /// The scope, such as `encoder.layer0`.
    public var scope: String
    /// The operation, such as `convolution`.
    public var operation: String
    /// The extents that decide what it costs: `100×1×28×28, 7×7`.
    public var extents: String
    /// What computes it: `Winograd F(4×4, 3×3), AVX-512`.
    public var implementation: String

    package init(scope: String, operation: String, extents: String, implementation: String) {
      self.scope = scope
      self.operation = operation
      self.extents = extents
      self.implementation = implementation
    }
  }
}

extension Sequence where Element == PlanSummary.Pass {
  /// Each pass once, in the order of first appearance, with how often it is made.
  package var counted: [(pass: PlanSummary.Pass, times: Int)] {
    var rows: [(pass: PlanSummary.Pass, times: Int)] = []
    var places: [PlanSummary.Pass: Int] = [:]
    for pass in self {
      if let place = places[pass] {
        rows[place].times += 1
      } else {
        places[pass] = rows.count
        rows.append((pass, 1))
      }
    }
    return rows
  }

  /// A line for each: scope, operation, extents, implementation, and how often where that is more than once.
  package var lines: [String] {
    let rows = counted.map { pass, times in
      [pass.scope.isEmpty ? "-" : pass.scope, pass.operation, pass.extents]
        + [pass.implementation + (times == 1 ? "" : ", \(times) times")]
    }
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { $0 + String(repeating: " ", count: $1 + 2 - $0.count) }.joined()
        + row[3]
    }
  }
}
