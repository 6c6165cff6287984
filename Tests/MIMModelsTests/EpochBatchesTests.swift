import MIMModels
import MIMTensor
import Testing

@Suite("Batches of an epoch")
struct EpochBatchesTests {
  private func rows(_ data: Dataset, epoch: Int, batch: Int = 30) -> [[Float]] {
    var options = Small.options(epochs: 1)
    options.batch = batch
    let batches = EpochBatches(data, epoch: epoch, options: options)
    var rows: [[Float]] = []
    for index in 0..<batches.count {
      var buffer = [Float](repeating: 0, count: batch * 2)
      buffer.withUnsafeMutableBufferPointer { batches.copy(index, into: $0) }
      rows += (0..<batch).map { [buffer[2 * $0], buffer[2 * $0 + 1]] }
    }
    return rows
  }

  @Test("data comes in another order each epoch, in full batches, every item at most once")
  func shuffled() {
    let data = Small.points(100)
    let items = Set((0..<100).map { Array(data.train.items.row($0)) })
    let (first, second) = (rows(data, epoch: 1), rows(data, epoch: 2))
    #expect(first.count == 90 && Set(first).count == 90)
    #expect(Set(first).isSubset(of: items) && first != second)
    #expect(first != (0..<90).map { Array(data.train.items.row($0)) })
    #expect(rows(data, epoch: 1) == first)
  }

  @Test("grey values become bits with that probability, other ones in each step")
  func binarisation() throws {
    let graph = Graph()
    let grey = graph.constant(
      HostArray([0, 0.25, 0.9, 1], shape: [1, 4])
    ).broadcast(to: [5000, 4])
    let bits = NoiseSource.fresh(in: graph, prefix: "").binarised(grey)
    let (first, second) = (
      try Traced(graph, [bits], step: 1)(bits), try Traced(graph, [bits], step: 2)(bits)
    )
    #expect(first.allSatisfy { $0 == 0 || $0 == 1 } && first != second)
    for (column, probability) in [0, 0.25, 0.9, 1].enumerated() {
      let ones = stride(from: column, to: first.count, by: 4).reduce(0.0) {
        $0 + Double(first[$1])
      }
      #expect(abs(ones / 5000 - probability) < 0.03)
    }
  }

  @Test("data of known density is drawn anew each epoch, as many full batches as the data has")
  func fresh() {
    let data = Small.toy(100)
    let items = Set((0..<100).map { Array(data.train.items.row($0)) })
    let (first, second) = (rows(data, epoch: 1), rows(data, epoch: 2))
    #expect(first.count == 90 && first != second)
    #expect(Set(first).isDisjoint(with: items) && Set(first).isDisjoint(with: Set(second)))
    #expect(rows(data, epoch: 1) == first)
  }
}
