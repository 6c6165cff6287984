/// Lines of equal height on a regular grid, by marching squares.
struct Contours {
  let field: LatentView.Field

  /// A crossing of the contour with an edge of the grid: twice the index of the grid point to
  /// its left or below, plus 1 for edges that go up.
  private typealias Edge = Int

  /// The lines at `level` in the field's coordinates, each as long as it can be.
  func lines(at level: Double) -> [[(x: Double, y: Double)]] {
    let segments = segments(at: level)
    var touching: [Edge: [Int]] = [:]
    for (index, segment) in segments.enumerated() {
      touching[segment.0, default: []].append(index)
      touching[segment.1, default: []].append(index)
    }
    var used = [Bool](repeating: false, count: segments.count)
    func walk(from start: Edge) -> [Edge] {
      var chain: [Edge] = []
      var edge = start
      while let next = touching[edge]?.first(where: { !used[$0] }) {
        used[next] = true
        edge = segments[next].0 == edge ? segments[next].1 : segments[next].0
        chain.append(edge)
      }
      return chain
    }
    var lines: [[(x: Double, y: Double)]] = []
    for (index, segment) in segments.enumerated() where !used[index] {
      used[index] = true
      let chain = walk(from: segment.0).reversed() + [segment.0, segment.1] + walk(from: segment.1)
      lines.append(chain.map { place($0, level) })
    }
    return lines
  }

  private func value(_ column: Int, _ row: Int) -> Double {
    field.values[row * field.columns + column]
  }

  private func segments(at level: Double) -> [(Edge, Edge)] {
    var segments: [(Edge, Edge)] = []
    for row in 0..<field.rows - 1 {
      for column in 0..<field.columns - 1 {
        let corners = [
          value(column, row), value(column + 1, row), value(column + 1, row + 1),
          value(column, row + 1),
        ]
        guard corners.allSatisfy(\.isFinite) else { continue }
        let point = row * field.columns + column
        let edges = [2 * point, 2 * (point + 1) + 1, 2 * (point + field.columns), 2 * point + 1]
        segments += Self.cut(corners, at: level, edges)
      }
    }
    return segments
  }

  /// The pieces of the contour inside one cell; corners and edges run counter-clockwise from the
  /// lower left corner and the lower edge.
  private static func cut(_ corners: [Double], at level: Double, _ edges: [Edge]) -> [(Edge, Edge)]
  {
    let above = corners.map { $0 >= level }
    let crossed = (0..<4).filter { above[$0] != above[($0 + 1) % 4] }
    if crossed.count == 2 { return [(edges[crossed[0]], edges[crossed[1]])] }
    guard crossed.count == 4 else { return [] }
    let middle = corners.reduce(0, +) / 4 >= level
    return middle == above[0]
      ? [(edges[0], edges[1]), (edges[2], edges[3])]
      : [(edges[3], edges[0]), (edges[1], edges[2])]
  }

  private func place(_ edge: Edge, _ level: Double) -> (x: Double, y: Double) {
    let column = edge / 2 % field.columns
    let row = edge / 2 / field.columns
    let isUp = edge % 2 == 1
    let start = value(column, row)
    let end = isUp ? value(column, row + 1) : value(column + 1, row)
    let share = end == start ? 0.5 : min(max((level - start) / (end - start), 0), 1)
    let across = (Double(column) + (isUp ? 0 : share)) / Double(field.columns - 1)
    let up = (Double(row) + (isUp ? share : 0)) / Double(field.rows - 1)
    return (
      field.xRange.lowerBound + across * (field.xRange.upperBound - field.xRange.lowerBound),
      field.yRange.lowerBound + up * (field.yRange.upperBound - field.yRange.lowerBound)
    )
  }
}
