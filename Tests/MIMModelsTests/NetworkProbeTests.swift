import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Network probes")
struct NetworkProbeTests {
  /// Points on two rings, which no line separates.
  private func rings(_ count: Int, seed: UInt64) -> (HostArray<Float>, [Int32]) {
    var stream = RandomStream(seed: seed, stream: "rings")
    let labels = (0..<count).map { Int32($0 % 2) }
    let points = labels.flatMap { label -> [Float] in
      let (angle, radius) = (2 * Double.pi * stream.uniform(), label == 0 ? 0.6 : 1.6)
      return [
        Float(radius * cos(angle) + 0.1 * stream.normal()),
        Float(radius * sin(angle) + 0.1 * stream.normal()),
      ]
    }
    return (HostArray(points, shape: [count, 2]), labels)
  }

  @Test("learns what no line separates, gives probabilities, and the same bits for the same seed")
  func classes() throws {
    let (train, labels) = rings(600, seed: 1)
    let (test, wanted) = rings(200, seed: 2)
    var options = NetworkProbeOptions()
    options.width = 16
    options.batch = 32
    options.learningRate = 1e-2
    options.epochs = 40
    let probe = try NetworkProbe(
      learning: train, target: .classes(labels, count: 2), options: options)
    let found = try probe.predictions(of: test)
    #expect(found.count == 400)
    #expect((0..<200).allSatisfy { abs(found[2 * $0] + found[2 * $0 + 1] - 1) < 1e-5 })
    let right = (0..<200).count { (found[2 * $0 + 1] > 0.5) == (wanted[$0] == 1) }
    #expect(right >= 196, "\(right)")
    let again = try NetworkProbe(
      learning: train, target: .classes(labels, count: 2), options: options)
    #expect(try again.predictions(of: test) == found)
  }

  @Test("learns numbers in their own units")
  func numbers() throws {
    let (train, _) = rings(800, seed: 3)
    func target(_ points: HostArray<Float>) -> [Double] {
      (0..<points.rowCount).map { row in
        let own = points.row(row).map { Double($0) }
        return 1000 + 50 * own[0] * own[1]
      }
    }
    var options = NetworkProbeOptions()
    options.width = 32
    options.batch = 32
    options.learningRate = 1e-2
    options.epochs = 60
    let probe = try NetworkProbe(
      learning: train, target: .numbers(target(train)), options: options)
    let (test, _) = rings(200, seed: 4)
    let wanted = target(test)
    let mean = wanted.reduce(0, +) / 200
    let errors = zip(try probe.predictions(of: test), wanted).reduce(0) {
      $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
    }
    let spread = wanted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    #expect(errors / spread < 0.1, "\(errors / spread)")
  }

  @Test("refuses too few rows, says when it diverges, and stops when asked")
  func refusals() throws {
    let (few, labels) = rings(19, seed: 1)
    #expect(throws: ModelError.self) {
      try NetworkProbe(learning: few, target: .classes(labels, count: 2))
    }
    let (rows, all) = rings(100, seed: 1)
    #expect(throws: CancellationError.self) {
      try NetworkProbe(
        learning: rows, target: .classes(all, count: 2), shouldStop: { true })
    }
  }
}
