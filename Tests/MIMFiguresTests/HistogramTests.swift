import MIMFigures
import Testing

@Suite("Bins of histograms")
struct HistogramTests {
  @Test("bins of whole numbers hold equally many of these, half-way between them")
  func wholeNumbers() throws {
    let grades = (0..<200).map { Double($0 % 7) }
    #expect(try #require(Histogram.wholeEdges(grades)) == (0...7).map { Double($0) - 0.5 })
    // 26 to 40 cars a year: bins of one and a half years would make a saw of them.
    let years = (0..<392).map { Double(1970 + $0 % 13) }
    let edges = try #require(Histogram.wholeEdges(years))
    let widths = Set(zip(edges, edges.dropFirst()).map { $1 - $0 })
    #expect(widths.count == 1 && widths.first == widths.first?.rounded())
    #expect(edges.first == 1969.5 && (edges.last ?? 0) >= 1982.5)
    let wide = try #require(Histogram.wholeEdges((0..<10_000).map { Double($0 * 31 % 9973) }))
    #expect(wide.count <= 82)
    #expect(Histogram.wholeEdges([0.5, 1, 2]) == nil && Histogram.wholeEdges([3, 3]) == nil)
    #expect(Histogram.wholeEdges([1e12, 2]) == nil && Histogram.wholeEdges([]) == nil)
  }
}
