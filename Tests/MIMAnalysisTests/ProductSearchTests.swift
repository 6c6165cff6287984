import MIMAnalysis
import MIMTensor
import Testing

/// The search by matrix products, which serves many dimensions and a thousand points or more.
@Suite struct ProductSearchTests {
  /// Distances by definition, equal ones by index.
  private func expected(
    _ query: [Double], in points: HostArray<Double>, k: Int, except own: Int? = nil
  ) -> [Int32] {
    let squares = (0..<points.rowCount).map { other in
      zip(query, points.row(other)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    return (0..<points.rowCount).filter { $0 != own }.sorted {
      (squares[$0], $0) < (squares[$1], $1)
    }.prefix(k).map(Int32.init)
  }

  @Test(
    "agrees with sorting all distances, for every padding of tiles and blocks",
    arguments: [(1000, 12, 1), (1025, 17, 8), (1537, 40, 90)])
  func agreesWithSorting(count: Int, dimensions: Int, k: Int) throws {
    let points = normalDraws(count, dimensions, seed: 7)
    let found = try nearestNeighbors(in: points, count: k)
    for query in stride(from: 0, to: count, by: 97) {
      #expect(
        [Int32](found.indices.row(query))
          == expected(Array(points.row(query)), in: points, k: k, except: query))
    }
  }

  @Test("points that single precision cannot tell apart are told apart", arguments: [1e-9, 1e6])
  func closePoints(offset: Double) throws {
    var points = normalDraws(1200, 16, seed: 8)
    // Two clusters far apart, each a millionth as wide as their distance.
    for place in points.elements.indices {
      points.elements[place] =
        offset + 1e-6 * points.elements[place] + (place / 16 % 2 == 0 ? 0 : 10)
    }
    let found = try nearestNeighbors(in: points, count: 5)
    for query in [0, 1, 600, 1199] {
      #expect(
        [Int32](found.indices.row(query))
          == expected(Array(points.row(query)), in: points, k: 5, except: query))
    }
  }

  @Test("ties go by index, huge and tiny values are fine, threads don't matter")
  func unusual() throws {
    var points = normalDraws(1100, 12, seed: 9)
    for place in 0..<12 { points.elements[600 * 12 + place] = points.elements[place] }
    let found = try nearestNeighbors(in: points, count: 3, threads: 1)
    #expect(found.indices.row(0).first == 600 && found.indices.row(600).first == 0)
    #expect(try found == nearestNeighbors(in: points, count: 3, threads: 4))
    for scale in [1e-140, 1e140] {
      let scaled = HostArray(points.elements.map { $0 * scale }, shape: points.shape)
      #expect(try nearestNeighbors(in: scaled, count: 3).indices == found.indices)
    }
    let equal = HostArray<Double>(repeating: 2, shape: [1000, 12])
    #expect(try [Int32](nearestNeighbors(in: equal, count: 3).indices.row(5)) == [0, 1, 2])
  }
}
