import MIMTensor
import Testing

/// Large products are divided among the plan's threads.
@Suite("Divided products")
struct DividedProductTests {
  struct Sizes: Sendable, CustomTestStringConvertible {
    let rows: Int
    let columns: Int
    let depth: Int
    var testDescription: String { "\(rows) × \(columns) × \(depth)" }
  }

  /// Wide, tall and long ones, with sides that no part divides evenly, in two to many parts.
  static let sizes = [
    Sizes(rows: 101, columns: 307, depth: 90), Sizes(rows: 523, columns: 33, depth: 150),
    Sizes(rows: 1, columns: 2050, depth: 1100), Sizes(rows: 2051, columns: 3, depth: 400),
    Sizes(rows: 37, columns: 41, depth: 1500), Sizes(rows: 700, columns: 301, depth: 200),
  ]

  @Test("A product in parts is the product", arguments: sizes)
  func products(_ sizes: Sizes) throws {
    for transposesA in [false, true] {
      for transposesB in [false, true] {
        let results = try (1...3).map { threads in
          try Self.results(threads) { graph in
            let a = graph.input(
              "a", shape: transposesA ? [sizes.depth, sizes.rows] : [sizes.rows, sizes.depth])
            let b = graph.input(
              "b",
              shape: transposesB ? [sizes.columns, sizes.depth] : [sizes.depth, sizes.columns])
            let product = a.matmul(
              b, transposeSelf: transposesA, transposeOther: transposesB)
            return (inputs: [a, b], outputs: [product])
          }
        }
        #expect(results[1] == results[0] && results[2] == results[0])
      }
    }
  }

  @Test("Affine maps of several heads and their gradients in parts", arguments: sizes)
  func affineMaps(_ sizes: Sizes) throws {
    let results = try (1...3).map { threads in
      try Self.results(threads) { graph in
        let x = graph.input("x", shape: [sizes.rows, sizes.depth])
        let heads = ["h", "g"].map {
          (
            weight: graph.input("w\($0)", shape: [sizes.columns, sizes.depth]),
            bias: graph.input("b\($0)", shape: [sizes.columns])
          )
        }
        let outputs = x.affine(heads: heads, activation: .relu)
        let inputs = [x] + heads.flatMap { [$0.weight, $0.bias] }
        let sum = (outputs[0] * outputs[1]).sum()
        return (inputs, outputs + (try graph.gradients(of: sum, withRespectTo: inputs)))
      }
    }
    #expect(results[1] == results[0] && results[2] == results[0])
  }

  /// Masks of 203 × 331 weights: what they are called, and whether unit `above` sees unit `below`.
  static let masks: [(name: String, connects: @Sendable (_ above: Int, _ below: Int) -> Bool)] = [
    ("a staircase", { above, below in below * 203 <= above * 331 }),
    ("degrees in turn, twice over", { above, below in below % 170 <= above % 100 }),
    ("no connection", { _, _ in false }),
    ("one connection in a corner", { above, below in above == 202 && below == 330 }),
    ("whole blocks", { above, below in (above / 64 + below / 64) % 2 == 0 }),
    ("a stripe across the blocks", { above, below in (60..<70).contains(below) && above > 3 }),
  ]

  @Test(
    "A product that passes over empty blocks is that with W ⊙ M, and so are its gradients",
    arguments: masks.indices)
  func maskedProducts(_ index: Int) throws {
    let (rows, columns, batch) = (203, 331, 21)
    let elements = (0..<rows * columns).map {
      Self.masks[index].connects($0 / columns, $0 % columns) ? Float(1) : 0
    }
    let mask = HostArray(elements, shape: [rows, columns])
    let connections = ConnectionMask(mask)
    #expect(connections.hasEmptyBlock && connections.count == elements.filter { $0 == 1 }.count)
    func results(threads: Int, skips: Bool) throws -> [HostArray<Float>] {
      try Self.results(threads) { graph in
        let x = graph.input("x", shape: [batch, columns])
        let weight = graph.input("w", shape: [rows, columns])
        let bias = graph.input("b", shape: [rows])
        let y =
          skips
          ? x.maskedAffine(weight: weight, bias: bias, connections: connections)
          : x.affine(weight: weight * graph.constant(mask), bias: bias)
        let inputs = [x, weight, bias]
        return (inputs, [y] + (try graph.gradients(of: (y * y).sum(), withRespectTo: inputs)))
      }
    }
    let expected = try results(threads: 1, skips: false)
    for threads in 1...3 {
      #expect(try results(threads: threads, skips: true) == expected, "\(threads) threads")
    }
  }

  /// Small whole numbers, of which every sum is exact in whichever order it is taken.
  private static func results(
    _ threads: Int, _ build: (Graph) throws -> (inputs: [Tensor], outputs: [Tensor])
  ) throws -> [HostArray<Float>] {
    let graph = Graph()
    let (inputs, outputs) = try build(graph)
    var options = PlanOptions()
    options.threads = threads
    let plan = try Plan(graph: graph, outputs: outputs, store: ParameterStore(), options: options)
    for (place, input) in inputs.enumerated() {
      let values = (0..<input.shape.count).map { Float(($0 * (7 + place)) % 3) - 1 }
      plan.set(input, to: HostArray(values, shape: input.shape))
    }
    plan.run(step: 0)
    return outputs.map { plan.value(of: $0) }
  }
}
