import MIMAnalysis
import MIMScript
import MIMTensor

/// The nearest neighbours of points: what `neighbors` gives.
struct NeighborsObject: FieldedObject, Codable {
  /// Rows and distances, `[n, k]`.
  let neighbors: Neighbors
  /// Whose neighbours: `codes of toy.test`.
  let source: String
  /// Among what, where it isn't the points themselves.
  let among: String?
  /// One class number per point; nil for unlabelled points.
  let labels: [Int32]?
  /// One class number per point that may be a neighbour.
  let referenceLabels: [Int32]?

  private var count: Int { neighbors.indices.rowCount }

  /// The fraction of neighbours with the label of their point.
  var agreement: Double? {
    guard let labels, let referenceLabels else { return nil }
    let indices = neighbors.indices.elements
    let agreeing = indices.indices.count {
      referenceLabels[Int(indices[$0])] == labels[$0 / neighbors.count]
    }
    return Double(agreeing) / Double(max(1, indices.count))
  }

  static let typeName = "neighbors"
  static let fields: [ObjectField<NeighborsObject>] = [
    ObjectField("indices", "for each point the numbers of its neighbours, from 0") {
      rows($0.neighbors.indices) { Double($0) }
    },
    ObjectField("distances", "for each point the distances of its neighbours") {
      rows($0.neighbors.distances) { $0 }
    },
    ObjectField("n", "the number of points") { .number(Double($0.count)) },
    ObjectField("k", "the number of neighbours") { .number(Double($0.neighbors.count)) },
    ObjectField("agreement", "the share of neighbours of the same class") {
      $0.agreement.map(Value.number) ?? Value.none
    },
  ]

  private static func rows<Element>(
    _ array: HostArray<Element>, _ number: (Element) -> Double
  ) -> Value {
    .list((0..<array.rowCount).map { .list(array.row($0).map { .number(number($0)) }) })
  }

  func summary(width: Int) -> [String] {
    let first = median(ofColumn: 0)
    let last = median(ofColumn: neighbors.count - 1)
    return [
      "\(neighbors.count) nearest neighbours of \(count) \(source)"
        + (among.map { " among \($0)" } ?? "")
        + ", \(neighbors.norm == .euclidean ? "Euclidean" : "maximum norm")",
      "median distance to the first neighbour \(first.text(4)), to the last \(last.text(4))",
    ] + (agreement.map { ["\(($0 * 100).text(4)) % have the label of their point"] } ?? [])
  }

  private func median(ofColumn column: Int) -> Double {
    let sorted = (0..<count).map { neighbors.distances.elements[$0 * neighbors.count + column] }
      .sorted()
    return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
  }

  /// The arrays of an archive.
  var arrays: [String: StoredArray] {
    ["indices": .int32(neighbors.indices), "distances": .float64(neighbors.distances)]
  }

  /// One row a point: its row, the rows of its neighbours, the distances to them.
  var table: Table {
    let places = 1...neighbors.count
    let columns =
      [Table.Column("row", format: "%d")]
      + places.map { Table.Column("index\($0)", format: "%d") }
      + places.map { Table.Column("distance\($0)") }
    let rows = (0..<count).map { row -> [Value] in
      [.number(Double(row))] + neighbors.indices.row(row).map { .number(Double($0)) }
        + neighbors.distances.row(row).map { .number($0) }
    }
    return Table(columns: columns, rows: rows)
  }

  var json: JSON {
    .object([
      ("type", .string(typeName)), ("source", .string(source)), ("n", .number(Double(count))),
      ("k", .number(Double(neighbors.count))), ("metric", .string(neighbors.norm.rawValue)),
      ("agreement", agreement.map(JSON.number) ?? .null),
    ])
  }
}

extension NeighborsObject: SavedObject {
  var savedContent: SaveContent { .archive(arrays, table) }
}
