import MIMCPU
import MIMTensor
import Testing

/// An operation that the processor has no code for.
private struct Riddle: Operation {
  var name: String { "exp" }
}

@Suite("Backend") struct BackendTests {
  @Test("an operation that the processor can't compute is an error with its name and shape")
  func unsupported() throws {
    let graph = Graph()
    let x = graph.input("x", shape: [2, 3])
    let y = graph.append(Riddle(), inputs: [x], shape: [2, 3])
    let store = ParameterStore()
    #expect(
      throws: EngineError.unsupportedOperation(
        name: "exp", shape: [2, 3], backend: "the processor")
    ) {
      try Plan(graph: graph, outputs: [y.tanh()], store: store)
    }
    // What nothing reads is not computed.
    _ = try Plan(graph: graph, outputs: [x.tanh()], store: store)
  }
}
