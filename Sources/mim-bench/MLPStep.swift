import MIMTensor

/// A symmetric MIM step of small networks: batch 128 gathered from 9,984 points, both branches,
/// gradient and Adam in one plan. The objective is that of the reference (see
/// Tests/Benchmarks/peers/mlp_step.py, which computes the same in JAX).
struct MLPStep {
  let xSize: Int
  let zSize: Int
  let hidden: Int
  static let batch = 128
  static let points = 9_984
  static let minScale: Float = 1e-6

  /// What a replay needs: the plan and the loss that it computes.
  struct Prepared {
    let plan: Plan
    let loss: Tensor
  }

  func prepare() throws -> Prepared {
    let graph = Graph()
    let data = graph.constant(Self.data(xSize))
    let rows = graph.randomIndices(count: Self.batch, below: Self.points, stream: "batch")
    let loss = encoderBranch(data.gather(rows: rows)) + decoderBranch(graph)
    let store = try ParameterStore(initialParameters())
    let parameters = store.names.compactMap { name in
      store.shape(name).map { graph.parameter(name, shape: $0) }
    }
    let updates = graph.adam(
      parameters: parameters,
      gradients: try graph.gradients(of: loss, withRespectTo: parameters),
      learningRate: graph.scalar(1e-4))
    let plan = try Plan(
      graph: graph, outputs: [loss], updates: updates, store: store,
      options: PlanOptions(threads: 1, seed: 1))
    return Prepared(plan: plan, loss: loss)
  }

  private func network(_ name: String, _ x: Tensor, to size: Int) -> (Tensor, Tensor) {
    let graph = x.graph
    func weights(_ layer: String, _ out: Int, _ inputs: Int) -> (Tensor, Tensor) {
      (
        graph.parameter("\(name).\(layer).weight", shape: [out, inputs]),
        graph.parameter("\(name).\(layer).bias", shape: [out])
      )
    }
    let (weight, bias) = weights("0", hidden, x.shape[1])
    let h = x.affine(weight: weight, bias: bias, activation: .tanh)
    let heads = h.affine(
      heads: [weights("2.fc_loc", size, hidden), weights("2.fc_logscale", size, hidden)])
    return (heads[0], heads[1])
  }

  private func sample(_ parameters: (Tensor, Tensor), _ stream: String) -> Tensor {
    let graph = parameters.0.graph
    return graph.gaussianSample(
      mean: parameters.0, logScale: parameters.1,
      noise: graph.normalNoise(shape: parameters.0.shape, stream: stream),
      minScale: Self.minScale)
  }

  private func logDensity(_ x: Tensor, _ parameters: (Tensor, Tensor)) -> Tensor {
    x.gaussianLogDensity(
      mean: parameters.0, logScale: parameters.1, minScale: Self.minScale)
  }

  private func logPrior(_ z: Tensor) -> Tensor {
    z.standardNormalLogDensity(scale: 1 + Self.minScale)
  }

  /// −½(log p(x|z) + log p(z) + log q(z|x) + log q(x)), q(x) the importance-sampled marginal.
  private func encoderBranch(_ x: Tensor) -> Tensor {
    let q = network("q_z_given_x", x, to: zSize)
    let z = sample(q, "z")
    let p = network("p_x_given_z", z, to: xSize)
    let (logP, logPZ, logQ) = (logDensity(x, p), logPrior(z), logDensity(z, q))
    return ((logP + logPZ + logQ + (logP + logPZ - logQ)) * -0.5).mean()
  }

  /// The same on x ~ p(x|z), z ~ p(z); log q(x) is taken at a z drawn anew from q(z|x).
  private func decoderBranch(_ graph: Graph) -> Tensor {
    let z = graph.normalNoise(shape: [Self.batch, zSize], stream: "prior")
    let p = network("p_x_given_z", z, to: xSize)
    let x = sample(p, "x")
    let q = network("q_z_given_x", x, to: zSize)
    let again = sample(q, "z again")
    let back = network("p_x_given_z", again, to: xSize)
    let logQX = logDensity(x, back) + logPrior(again) - logDensity(again, q)
    return ((logDensity(x, p) + logPrior(z) + logDensity(z, q) + logQX) * -0.5).mean()
  }

  /// PyTorch's default for a linear layer: U(−1/√in, 1/√in) for weights and biases.
  private func initialParameters() -> [String: HostArray<Float>] {
    var stream = RandomStream(seed: 1, stream: "initialisation")
    var parameters: [String: HostArray<Float>] = [:]
    func layer(_ name: String, _ out: Int, _ inputs: Int) {
      let bound = 1 / Float(inputs).squareRoot()
      for (part, shape) in [("weight", [out, inputs] as Shape), ("bias", [out])] {
        let values = stream.uniforms(shape.count).map { (2 * $0 - 1) * bound }
        parameters["\(name).\(part)"] = HostArray(values, shape: shape)
      }
    }
    for (name, inputs, out) in [("q_z_given_x", xSize, zSize), ("p_x_given_z", zSize, xSize)] {
      layer("\(name).0", hidden, inputs)
      layer("\(name).2.fc_loc", out, hidden)
      layer("\(name).2.fc_logscale", out, hidden)
    }
    return parameters
  }

  /// Standard normal points; the time of a step does not depend on them.
  private static func data(_ features: Int) -> HostArray<Float> {
    var stream = RandomStream(seed: 1, stream: "data")
    return HostArray(stream.normals(points * features), shape: [points, features])
  }
}
