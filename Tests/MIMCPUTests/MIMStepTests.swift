import MIMTensor
import Testing

@Suite("A whole MIM step") struct MIMStepTests {
  struct File: Sendable {
    let name: String
    let activation: Activation
  }
  static let files = [
    File(name: "mlp-d2-z2-h50", activation: .tanh),
    File(name: "mlp-d20-z10-h20-relu", activation: .relu),
    File(name: "mlp-d5-z3-h7-swish-3layers", activation: .swish),
  ]

  @Test(
    "loss and gradients of both branches are the authors' ones", arguments: files,
    RunningWay.all)
  func oracle(file: File, way: RunningWay) throws {
    let oracle = try OracleFile(file.name)
    let objective = try Self.objective(oracle, file.activation)
    let store = ParameterStore(on: way.backend)
    for (name, value) in oracle.arrays where name.hasPrefix("param.") {
      try store.set(String(name.dropFirst(6)), to: value)
    }
    for branch in ["encoder_branch", "decoder_branch"] {
      let graph = Graph()
      func constant(_ name: String) throws -> Tensor { try graph.constant(oracle.array(name)) }
      let loss =
        branch == "encoder_branch"
        ? try objective.encoderBranch(x: constant("x"), noise: constant("eps_z"))
        : try objective.decoderBranch(
          z: constant("z_prior"), noiseX: constant("eps_x"),
          noiseZ: constant("eps_z_decoder_branch"))
      let parameters = store.names.compactMap { name in
        store.shape(name).map { graph.parameter(name, shape: $0) }
      }
      let gradients = try graph.gradients(of: loss, withRespectTo: parameters)
      let plan = try Plan(
        graph: graph, outputs: [loss] + gradients, store: store, options: way.options)
      plan.run(step: 0)
      let reference = oracle.number(branch, "mim")
      #expect(abs(Double(plan.scalar(of: loss)) - reference) <= 1e-4 * max(1, abs(reference)))
      try #require(store.names.count == gradients.count)
      for (name, gradient) in zip(store.names, gradients) {
        let expected = try oracle.array("grad.\(branch).mim.\(name)").elements
        let ours = plan.value(of: gradient).elements
        #expect(
          distance(ours, expected) <= 1e-4 * distance(expected, expected.map { _ in 0 }),
          "\(branch) \(name)")
      }
    }
  }

  private func distance(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot()
  }

  static func objective(_ oracle: OracleFile, _ activation: Activation) throws -> MIMObjective {
    let x = Int(oracle.number("config", "x_dim"))
    let z = Int(oracle.number("config", "z_dim"))
    let hidden = Array(
      repeating: Int(oracle.number("config", "hidden")),
      count: Int(oracle.number("config", "layers")) - 1)
    return MIMObjective(
      encoder: GaussianNetwork(
        name: "q_z_given_x", inputs: x, hidden: hidden, outputs: z, activation: activation),
      decoder: GaussianNetwork(
        name: "p_x_given_z", inputs: z, hidden: hidden, outputs: x, activation: activation),
      minScale: Float(oracle.number("config", "min_scale")))
  }
}
