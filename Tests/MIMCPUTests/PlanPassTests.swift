import MIMCPU
import MIMTensor
import Testing

@Suite("Passes of a plan") struct PlanPassTests {
  private func passes(
    batch: Int, _ set: InstructionSet = .inUse, _ body: (Tensor, Graph) -> Tensor
  ) throws -> [PlanSummary.Pass] {
    let graph = Graph()
    let x = graph.input("x", shape: [batch, 8])
    let y = graph.scope("encoder") { body(x, graph) }
    return try Plan(
      graph: graph, outputs: [y], store: ParameterStore(on: CPUBackend(instructionSet: set))
    ).summary.passes
  }

  @Test("products name the library or the own loops, and the instruction set of those")
  func products() throws {
    for (batch, expected) in [(32, "own loops, batch innermost"), (15, "oneDNN sgemm")] {
      for set in InstructionSet.available {
        let found = try passes(batch: batch, set) { x, graph in
          x.affine(
            weight: graph.constant(HostArray(repeating: 1, shape: [4, 8])),
            bias: graph.constant(HostArray(repeating: 0, shape: [4])))
        }
        #expect(found.count == 1)
        #expect(found.first?.scope == "encoder")
        #expect(found.first?.operation == "affine")
        #expect(found.first?.implementation.hasPrefix(expected) == true)
        let names = found.first?.implementation.contains(set.title) == true
        #expect(names == expected.hasPrefix("own"))
      }
    }
  }

  @Test("plain loops are left out, alike passes are counted once")
  func counted() throws {
    #expect(try passes(batch: 15) { x, _ in x.exp().tanh() }.isEmpty)
    let found = try passes(batch: 15) { x, graph in
      let weights = graph.constant(HostArray(repeating: 0.5, shape: [8, 8]))
      return x.matmul(weights).matmul(weights)
    }
    #expect(found.count == 2)
    #expect(found.counted.map(\.times) == [2])
    #expect(found.lines == ["encoder  matmul  15×8, 8×8  oneDNN sgemm, 2 times"])
  }

  @Test("a matrix that stands transposed before an affine map is read as it lies")
  func transposed() throws {
    let values = (0..<256).map { Float(($0 * 37) % 64) / 64 - 0.4 }
    func found(_ isTransposed: Bool) throws -> (nodes: Int, results: [[Float]]) {
      let graph = Graph()
      let x = graph.input("x", shape: isTransposed ? [8, 32] : [32, 8])
      let weight = graph.constant(HostArray((0..<32).map { Float($0) / 32 }, shape: [4, 8]))
      let bias = graph.constant(HostArray(repeating: 0.5, shape: [4]))
      let hidden = isTransposed ? x.tanh().transpose() : x.tanh()
      let loss = hidden.affine(weight: weight, bias: bias).tanh().sum()
      let gradient = try graph.gradients(of: loss, withRespectTo: [x])[0]
      let plan = try Plan(graph: graph, outputs: [loss, gradient], store: ParameterStore())
      plan.withInput(x) { target in
        for place in 0..<256 {
          target[isTransposed ? place % 8 * 32 + place / 8 : place] = values[place]
        }
      }
      plan.run(step: 0)
      let own = plan.value(of: gradient).elements
      let rows = (0..<256).map { own[isTransposed ? $0 % 8 * 32 + $0 / 8 : $0] }
      return (plan.summary.nodeCount, [[plan.scalar(of: loss)], rows])
    }
    let (given, natural) = (try found(true), try found(false))
    #expect(given.results == natural.results)
    #expect(given.nodes < natural.nodes)
  }

  @Test("convolutions name their algorithm")
  func convolutions() throws {
    let graph = Graph()
    let x = graph.input("x", shape: [2, 16, 28, 28])
    let kernel = graph.constant(HostArray(repeating: 0.1, shape: [16, 16, 3, 3]))
    let y = x.convolution(heads: [(kernel, nil)], padding: 1)
    let summary = try Plan(graph: graph, outputs: [y], store: ParameterStore()).summary
    let pass = try #require(summary.passes.first)
    #expect(pass.extents == "2×16×28×28, 3×3")
    #expect(pass.implementation.hasPrefix("Winograd F(4×4, 3×3)"))
    var options = PlanOptions()
    options.convolution = .direct
    let direct = try Plan(graph: graph, outputs: [y], store: ParameterStore(), options: options)
    #expect(direct.summary.passes.first?.implementation == "direct, \(InstructionSet.inUse.title)")
  }
}
