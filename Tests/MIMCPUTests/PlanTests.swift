import MIMTensor
import Testing

@Suite("Plan") struct PlanTests {
  @Test("results that are needed one after another share their memory")
  func liveness() throws {
    let graph = Graph()
    let x = graph.input("x", shape: [16, 64])
    var y = x
    for _ in 0..<50 { y = y.matmul(graph.constant(HostArray(repeating: 0.01, shape: [64, 64]))) }
    let plan = try Plan(graph: graph, outputs: [y], store: ParameterStore())
    let constants = 4 * 50 * 64 * 64
    #expect(plan.summary.peakBytes - constants <= 4 * 3 * 16 * 64)
    #expect(plan.summary.nodeCount == 50)
    #expect(plan.summary.flopsPerStep == 50 * 2 * 16 * 64 * 64)
  }

  @Test("an element-wise chain runs in one place, and outputs keep theirs")
  func inPlace() throws {
    let graph = Graph()
    let x = graph.input("x", shape: [1000])
    let kept = x.exp()
    var y = kept
    for _ in 0..<20 { y = y.tanh() }
    let plan = try Plan(graph: graph, outputs: [kept, y], store: ParameterStore())
    #expect(plan.summary.peakBytes <= 4 * (1000 + 2 * 1008))
    plan.set(x, to: HostArray(repeating: 0.5, shape: [1000]))
    plan.run(step: 0)
    #expect(abs(plan.value(of: kept).elements[999] - 1.6487213) < 1e-6)
  }

  @Test("a graph of a hundred thousand nodes needs no deep stack")
  func deep() throws {
    let graph = Graph()
    let x = graph.input("x", shape: [])
    var y = x
    for _ in 0..<100_000 { y = y.scaled(by: 1, plus: 1) }
    let gradient = try graph.gradients(of: y, withRespectTo: [x])
    let plan = try Plan(graph: graph, outputs: [y] + gradient, store: ParameterStore())
    plan.run(step: 0)
    #expect(plan.scalar(of: y) == 100_000)
    #expect(plan.scalar(of: gradient[0]) == 1)
  }

  @Test("what cannot be planned or differentiated is told")
  func errors() throws {
    let graph = Graph()
    let w = graph.parameter("w", shape: [2])
    #expect(throws: EngineError.missingParameter(name: "w")) {
      try Plan(graph: graph, outputs: [w], store: ParameterStore())
    }
    let store = try ParameterStore(["w": HostArray([1, 2, 3], shape: [3])])
    #expect(throws: EngineError.parameterShape(name: "w", expected: [2], found: [3])) {
      try Plan(graph: graph, outputs: [w], store: store)
    }
    #expect(throws: EngineError.parameterShape(name: "w", expected: [3], found: [1])) {
      try store.set("w", to: HostArray([1], shape: [1]))
    }
    #expect(throws: EngineError.gradientOfNonScalar(shape: [2])) {
      try graph.gradients(of: w, withRespectTo: [w])
    }
    let first = try graph.gradients(of: w.tanh().sum(), withRespectTo: [w])
    #expect(throws: EngineError.notDifferentiable(operation: "unaryGradient")) {
      try graph.gradients(of: first[0].sum(), withRespectTo: [w])
    }
  }

  @Test("the gradient of something that the loss ignores is zero")
  func unrelated() throws {
    let graph = Graph()
    let (a, b) = (graph.input("a", shape: [3]), graph.input("b", shape: [2]))
    let gradients = try graph.gradients(of: a.sum(), withRespectTo: [a, b])
    let plan = try Plan(graph: graph, outputs: gradients, store: ParameterStore())
    plan.run(step: 0)
    #expect(plan.value(of: gradients[0]).elements == [1, 1, 1])
    #expect(plan.value(of: gradients[1]).elements == [0, 0])
  }

  @Test("training twice from one seed gives the same bytes, and continues from a saved state")
  func reproducible() throws {
    func train(_ step: TrainingStep, _ range: Range<UInt64>) {
      for index in range { #expect(step.plan.run(step: index)) }
    }
    let (first, second) = (try TrainingStep(), try TrainingStep())
    train(first, 0..<20)
    train(second, 0..<10)
    let resumed = try TrainingStep(store: second.store.copy())
    train(resumed, 10..<20)
    #expect(first.store.parameters == resumed.store.parameters)
    #expect(first.store.optimiserState == resumed.store.optimiserState)
    #expect(first.store.parameters != second.store.parameters)
  }

  @Test("the summary tells layers, parameters and operations")
  func summary() throws {
    let step = try TrainingStep()
    let summary = step.plan.summary
    #expect(summary.parameterCount == 2 * (2 * 50 + 50 + 2 * (50 * 2 + 2)))
    #expect(summary.parameterBytes == 12 * summary.parameterCount)
    #expect(summary.layers.contains { $0.scope == "encoder.layer0" && $0.parameterCount == 150 })
    // Five passes of 2·128·300 forward and about twice that backward, tanh and the rest on top.
    #expect((1_100_000...1_600_000).contains(summary.flopsPerStep))
  }
}
