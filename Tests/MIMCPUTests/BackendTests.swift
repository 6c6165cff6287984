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

  @Test("without fast products, a plan that needs one is an error with its layer and shape")
  func unoptimised() throws {
    var backend = CPUBackend()
    #expect(backend.hasOptimisedProducts)
    backend.hasOptimisedProducts = false
    let store = ParameterStore(on: backend)
    let graph = Graph()
    let x = graph.input("x", shape: [300, 300])
    let y = graph.scope("encoder") { graph.scope("layer0") { x.matmul(x) } }
    #expect(
      throws: EngineError.unoptimisedOperation(
        name: "matmul", layer: "encoder.layer0", shape: [300, 300])
    ) {
      try Plan(graph: graph, outputs: [y], store: store)
    }
    // Own loops need no library.
    _ = try Plan(graph: graph, outputs: [x.tanh()], store: store)
  }
}
