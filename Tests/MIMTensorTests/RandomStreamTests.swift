import Foundation
import MIMTensor
import Testing

@Suite("Random stream") struct RandomStreamTests {
  @Test("equal seeds and names repeat, others differ")
  func replay() {
    var (a, b) = (RandomStream(seed: 1, stream: "s"), RandomStream(seed: 1, stream: "s"))
    var (c, d) = (RandomStream(seed: 2, stream: "s"), RandomStream(seed: 1, stream: "t"))
    let first = a.normals(10)
    #expect(first == b.normals(10))
    #expect(first != c.normals(10))
    #expect(first != d.normals(10))
  }

  @Test("integers are equally likely, also below a bound that is no power of two")
  func integers() {
    var stream = RandomStream(seed: 4, stream: "integers")
    var counts = [Int](repeating: 0, count: 6)
    for _ in 0..<60_000 { counts[stream.integer(below: 6)] += 1 }
    let chiSquare = counts.reduce(0.0) { $0 + pow(Double($1) - 10_000, 2) / 10_000 }
    #expect(chiSquare < 20.5)  // p = 0.001 with 5 degrees of freedom
    #expect(stream.integer(below: 1) == 0)
    #expect((0..<Int.max).contains(stream.integer(below: .max)))
  }

  @Test("a shuffle is a permutation, each order of three equally likely")
  func shuffle() {
    var stream = RandomStream(seed: 4, stream: "shuffle")
    #expect(stream.shuffled(1000).sorted() == Array(0..<1000))
    #expect(stream.shuffled(0).isEmpty)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<6000 { counts[stream.shuffled(3), default: 0] += 1 }
    #expect(counts.count == 6)
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 120 })
  }

  @Test("normal and uniform draws have their moments")
  func moments() {
    var stream = RandomStream(seed: 5, stream: "moments")
    let uniform = (0..<100_000).map { _ in stream.uniform() }
    #expect(uniform.allSatisfy { $0 > 0 && $0 < 1 })
    #expect(abs(uniform.reduce(0, +) / 1e5 - 0.5) < 4 * sqrt(1 / 12.0 / 1e5))
    let normal = (0..<100_000).map { _ in stream.normal() }
    #expect(abs(normal.reduce(0, +) / 1e5) < 4 / sqrt(1e5))
    #expect(abs(normal.reduce(0) { $0 + $1 * $1 } / 1e5 - 1) < 4 * sqrt(2 / 1e5))
  }
}
