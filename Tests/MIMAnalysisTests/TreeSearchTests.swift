import MIMAnalysis
import MIMTensor
import Testing

/// The search by a tree, which serves few dimensions and five hundred points or more.
@Suite struct TreeSearchTests {
  private func distance(
    _ first: ArraySlice<Double>, _ second: ArraySlice<Double>, _ norm: DistanceNorm
  ) -> Double {
    let gaps = zip(first, second).map { abs($0 - $1) }
    return norm == .maximum ? gaps.max() ?? 0 : gaps.reduce(0) { $0 + $1 * $1 }
  }

  /// The k nearest by definition, equal distances by index.
  private func expected(
    _ query: ArraySlice<Double>, in points: HostArray<Double>, k: Int, norm: DistanceNorm,
    except own: Int? = nil
  ) -> [Int32] {
    let distances = (0..<points.rowCount).map { distance(query, points.row($0), norm) }
    return (0..<points.rowCount).filter { $0 != own }.sorted {
      (distances[$0], $0) < (distances[$1], $1)
    }.prefix(k).map(Int32.init)
  }

  @Test(
    "agrees with sorting all distances",
    arguments: DistanceNorm.allCases, [(500, 1, 1), (1023, 2, 90), (2049, 3, 7), (777, 8, 30)])
  func agreesWithSorting(norm: DistanceNorm, form: (Int, Int, Int)) throws {
    let (count, dimensions, k) = form
    let points = normalDraws(count, dimensions, seed: 21)
    let found = try nearestNeighbors(in: points, count: k, norm: norm)
    for query in stride(from: 0, to: count, by: 31) {
      #expect(
        [Int32](found.indices.row(query))
          == expected(points.row(query), in: points, k: k, norm: norm, except: query))
    }
  }

  @Test("equal distances go by index, across leaves", arguments: DistanceNorm.allCases)
  func ties(norm: DistanceNorm) throws {
    // A grid of whole numbers, each place twice: most neighbours tie, and sums are exact.
    let points = HostArray<Double>(
      (0..<1800).flatMap { [Double($0 % 30), Double($0 / 30 % 30)] }, shape: [1800, 2])
    for k in [1, 4, 13, 40] {
      let found = try nearestNeighbors(in: points, count: k, norm: norm)
      for query in stride(from: 0, to: 1800, by: 7) {
        #expect(
          [Int32](found.indices.row(query))
            == expected(points.row(query), in: points, k: k, norm: norm, except: query))
      }
    }
  }

  @Test("queries of their own, far away, among equal points, on any threads")
  func unusual() throws {
    let points = normalDraws(900, 4, seed: 22)
    let queries = HostArray<Double>(
      [1e6, 0, 0, 0] + points.row(3) + [-1e149, 1e149, 0, 0], shape: [3, 4])
    let found = try nearestNeighbors(of: queries, in: points, count: 900, threads: 1)
    #expect(try found == nearestNeighbors(of: queries, in: points, count: 900, threads: 3))
    #expect(found.indices.row(1).first == 3 && found.distances.row(1).first == 0)
    #expect(Set(found.indices.row(2)).count == 900)
    #expect(
      [Int32](found.indices.row(0))
        == expected(queries.row(0), in: points, k: 900, norm: .euclidean))
    let equal = HostArray<Double>(repeating: 2, shape: [600, 3])
    #expect(try [Int32](nearestNeighbors(in: equal, count: 3).indices.row(2)) == [0, 1, 3])
  }
}
