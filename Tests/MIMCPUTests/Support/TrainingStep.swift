import MIMTensor

/// A whole training step of a small MIM, batch 128, x and z 2D, as a plan with Adam.
struct TrainingStep {
  let plan: Plan
  let loss: Tensor
  let store: ParameterStore
  let graph = Graph()

  init(
    activation: Activation = .tanh, hidden: [Int] = [50], options: PlanOptions = PlanOptions(),
    store existing: ParameterStore? = nil
  ) throws {
    let objective = MIMObjective(
      encoder: GaussianNetwork(
        name: "encoder", inputs: 2, hidden: hidden, outputs: 2, activation: activation),
      decoder: GaussianNetwork(
        name: "decoder", inputs: 2, hidden: hidden, outputs: 2, activation: activation),
      minScale: 1e-6)
    let graph = self.graph
    func noise(_ stream: String) -> Tensor {
      graph.normalNoise(shape: [128, 2], stream: stream)
    }
    var stream = RandomStream(seed: 1, stream: "data")
    let data = graph.constant(HostArray(stream.normals(2000), shape: [1000, 2]))
    let rows = graph.randomIndices(count: 128, below: 1000, stream: "rows")
    loss =
      objective.encoderBranch(x: data.gather(rows: rows), noise: noise("z"))
      + objective.decoderBranch(z: noise("prior"), noiseX: noise("x"), noiseZ: noise("again"))
    let parameters = graph.nodes.compactMap { node -> (String, Tensor)? in
      guard case let parameter as Parameter = node.operation else { return nil }
      return (parameter.parameterName, graph.tensor(node.outputs[0]))
    }
    store = existing ?? ParameterStore()
    for (name, tensor) in parameters where store.shape(name) == nil {
      let values = stream.normals(tensor.count).map { $0 * 0.3 }
      try store.set(name, to: HostArray(values, shape: tensor.shape))
    }
    let gradients = try graph.gradients(of: loss, withRespectTo: parameters.map(\.1))
    let updates = graph.adam(
      parameters: parameters.map(\.1), gradients: gradients, learningRate: graph.scalar(1e-3))
    plan = try Plan(
      graph: graph, outputs: [loss], updates: updates, store: store, options: options)
  }
}
