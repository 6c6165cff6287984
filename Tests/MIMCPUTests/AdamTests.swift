import MIMTensor
import Testing

@Suite("Adam") struct AdamTests {
  @Test(
    "eight steps from given gradients end where PyTorch's, and the authors', Adam ends",
    arguments: [
      ("adam", AdamConfiguration.Form.adam), ("adam_norm_grad", .gradientNormalised),
    ], RunningWay.all)
  func oracle(form: (String, AdamConfiguration.Form), way: RunningWay) throws {
    let file = try OracleFile("adam")
    let store = ParameterStore(on: way.backend)
    let graph = Graph()
    var (parameters, gradients): ([Tensor], [Tensor]) = ([], [])
    for index in 0..<2 {
      let initial = try file.array("\(form.0).init.\(index)")
      try store.set("p\(index)", to: initial)
      parameters.append(graph.parameter("p\(index)", shape: initial.shape))
      gradients.append(graph.input("g\(index)", shape: initial.shape))
    }
    let updates = graph.adam(
      parameters: parameters, gradients: gradients, learningRate: graph.scalar(0.01),
      configuration: AdamConfiguration(form: form.1))
    let plan = try Plan(
      graph: graph, outputs: [], updates: updates, store: store, options: way.options)
    for step in 0..<8 {
      for index in 0..<2 {
        try plan.set(gradients[index], to: file.array("\(form.0).grad.\(step).\(index)"))
      }
      #expect(plan.run(step: UInt64(step)))
    }
    for index in 0..<2 {
      let final = try file.array("\(form.0).final.\(index)")
      let ours = try #require(store.value("p\(index)"))
      try #require(ours.shape == final.shape)
      for (a, b) in zip(ours.elements, final.elements) { #expect(abs(a - b) <= 1e-6) }
    }
  }

  @Test("a gradient that is not finite leaves parameters and moments untouched and is named")
  func nonFinite() throws {
    let store = try ParameterStore(["w": HostArray([1, 2], shape: [2])])
    let graph = Graph()
    let w = graph.parameter("w", shape: [2])
    let x = graph.input("x", shape: [2])
    let loss = graph.scope("encoder") { graph.scope("layer0") { (w * x).log().sum() } }
    let gradient = try graph.gradients(of: loss, withRespectTo: [w])
    let plan = try Plan(
      graph: graph, outputs: [loss],
      updates: graph.adam(
        parameters: [w], gradients: gradient, learningRate: graph.scalar(0.1)), store: store)
    plan.set(x, to: HostArray([1, 1], shape: [2]))
    #expect(plan.run(step: 0))
    #expect(plan.firstNonFinite() == nil)
    let (good, state) = (store.parameters, store.optimiserState)
    plan.set(x, to: HostArray([1, 0], shape: [2]))
    #expect(!plan.run(step: 1))
    #expect(store.parameters == good)
    #expect(store.optimiserState == state)
    #expect(plan.firstNonFinite()?.description == "log in encoder.layer0")
    plan.set(x, to: HostArray([1, .nan], shape: [2]))
    #expect(!plan.run(step: 2))
    #expect(plan.firstNonFinite()?.description == "input x")
  }
}
