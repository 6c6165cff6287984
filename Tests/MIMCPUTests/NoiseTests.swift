import Foundation
import MIMTensor
import Testing

@Suite("Noise") struct NoiseTests {
  @Test("Philox gives the published known answers")
  func knownAnswers() {
    // Random123, kat_vectors: philox 4×32 with 10 rounds.
    let all = UInt32.max
    #expect(
      Philox.block(counter: [0, 0, 0, 0], key: [0, 0])
        == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    #expect(
      Philox.block(counter: [all, all, all, all], key: [all, all])
        == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
    #expect(
      Philox.block(
        counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
        key: [0xa409_3822, 0x299f_31d0])
        == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
  }

  private func draws(
    _ way: RunningWay, count: Int, step: UInt64, _ build: (Graph) -> Tensor
  ) throws -> [Float] {
    let graph = Graph()
    let noise = build(graph)
    let plan = try Plan(
      graph: graph, outputs: [noise], store: ParameterStore(on: way.backend), options: way.options)
    plan.run(step: step)
    return plan.value(of: noise).elements
  }

  @Test("uniform noise is Philox at (element, step) in every variant", arguments: RunningWay.all)
  func uniform(way: RunningWay) throws {
    let step: UInt64 = 5 << 32 + 9
    let ours = try draws(way, count: 151, step: step) {
      $0.uniformNoise(shape: [151], stream: "u")
    }
    let key = Philox.key(seed: 3, stream: "u")
    for (index, value) in ours.enumerated() {
      // Element 64·g + 16·w + l is word w of block 16·g + l.
      let block = Philox.block(
        counter: [
          UInt32(index / 64 * 16 + index % 16), 0, UInt32(truncatingIfNeeded: step),
          UInt32(step >> 32),
        ], key: key)
      #expect(value == (Float(block[index % 64 / 16] >> 9) + 0.5) * 0x1p-23)
    }
  }

  @Test("a rank draws its rows of what all ranks draw together", arguments: RunningWay.all)
  func shares(way: RunningWay) throws {
    // Rows that are stored outermost in both, innermost in both, and innermost in the joined array only.
    for (rows, columns, ranks) in [(15, 7, 2), (64, 5, 2), (24, 3, 2), (48, 150, 3), (1, 1, 4)] {
      func drawn(_ share: BatchShare) throws -> [Float] {
        let part: Shape = share == .whole ? [rows * ranks, columns] : [rows, columns]
        return try draws(way, count: part.count, step: 3) { graph in
          let noise = graph.normalNoise(shape: part, stream: "n", share: share)
          let weight = graph.constant(HostArray(repeating: 1, shape: [1, columns]))
          // Read by an affine map, so that it may be stored innermost.
          _ = noise.affine(
            weight: weight, bias: graph.constant(HostArray(repeating: 0, shape: [1])))
          return noise
        }
      }
      let whole = try drawn(.whole)
      let parts = try (0..<ranks).map { try drawn(BatchShare(index: $0, count: ranks)) }
      #expect(Array(parts.joined()) == whole, "\(rows) × \(columns)")
    }
    for count in [1, 70, 200] {
      let whole = try draws(way, count: 2 * count, step: 1) {
        $0.randomIndices(count: 2 * count, below: 9, stream: "i")
      }
      let second = try draws(way, count: count, step: 1) {
        $0.randomIndices(
          count: count, below: 9, stream: "i", share: BatchShare(index: 1, count: 2))
      }
      #expect(second == Array(whole[count...]))
    }
  }

  @Test("normal noise has the normal's moments and is the same in every variant")
  func normal() throws {
    let count = 200_000
    let all = try RunningWay.all.map { way in
      try draws(way, count: count, step: 2) { $0.normalNoise(shape: [count], stream: "n") }
    }
    for other in all { #expect(zip(all[0], other).allSatisfy { abs($0 - $1) < 1e-5 }) }
    let x = all[0].map(Double.init)
    func moment(_ power: Double) -> Double { x.reduce(0) { $0 + pow($1, power) } / Double(count) }
    let error = 4 / sqrt(Double(count))
    #expect(abs(moment(1)) < error)
    #expect(abs(moment(2) - 1) < sqrt(2) * error)
    #expect(abs(moment(3)) < sqrt(15) * error)
    #expect(abs(moment(4) - 3) < sqrt(96) * error)
    let neighbours = zip(x, x.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
    #expect(abs(neighbours) < error)
  }

  @Test("steps, streams and seeds differ; the same step repeats")
  func replay() throws {
    func one(_ step: UInt64, _ stream: String) throws -> [Float] {
      try draws(RunningWay.all[0], count: 9, step: step) {
        $0.normalNoise(shape: [9], stream: stream)
      }
    }
    #expect(try one(1, "a") == one(1, "a"))
    #expect(try one(1, "a") != one(2, "a"))
    #expect(try one(1, "a") != one(1, "b"))
    #expect(Philox.key(seed: 1, stream: "a") != Philox.key(seed: 2, stream: "a"))
  }

  @Test("Bernoulli draws follow their logits, row numbers their bound", arguments: RunningWay.all)
  func discrete(way: RunningWay) throws {
    let count = 20_000
    for logit in [Float(-2), 0, 1.5] {
      let sample = try draws(way, count: count, step: 1) { graph in
        graph.bernoulliSample(
          probabilitiesFromLogits: graph.scalar(logit).broadcast(to: [count]), stream: "b")
      }
      #expect(sample.allSatisfy { $0 == 0 || $0 == 1 })
      let p = 1 / (1 + exp(-logit))
      #expect(abs(sample.reduce(0, +) / Float(count) - p) < 4 * sqrt(p * (1 - p) / Float(count)))
    }
    let rows = try draws(way, count: count, step: 1) {
      $0.randomIndices(count: count, below: 7, stream: "i")
    }
    for row in 0..<7 {
      let share = Double(rows.filter { $0 == Float(row) }.count) / Double(count)
      #expect(abs(share - 1 / 7.0) < 0.012)
    }
    #expect(rows.allSatisfy { (0..<7).contains($0) })
  }
}
