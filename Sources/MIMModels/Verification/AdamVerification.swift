import MIMTensor

/// `adam`: some steps of Adam and of gradient-normalised Adam from given gradients.
enum AdamVerification {
  private struct Settings: Decodable {
    let lr: Double
    let betas: [Double]
    let eps: Double
    let steps: Int
  }

  static func rows(_ file: ReferenceFile) throws -> [VerificationRow] {
    let settings = try file.decode(Settings.self)
    guard settings.betas.count == 2, (1...10_000).contains(settings.steps) else {
      throw file.unreadable("it needs two betas and 1 to 10000 steps")
    }
    return try OptimizerKind.allCases.flatMap { try rows(file, settings, $0) }
  }

  private static func rows(
    _ file: ReferenceFile, _ settings: Settings, _ kind: OptimizerKind
  ) throws -> [VerificationRow] {
    let word = kind.rawValue
    var initial: [HostArray<Float>] = []
    while let value = file.array("\(word).init.\(initial.count)") { initial.append(value) }
    guard !initial.isEmpty else { throw file.unreadable("\(word).init.0 is missing") }
    let final = try stepped(file, settings, kind, from: initial)
    return final.enumerated().map { index, ours in
      file.elements("\(word).final.\(index)", ours, tolerance: 1e-6, relative: false)
    }
  }

  /// The parameters after all steps, by the optimiser that training plans use.
  private static func stepped(
    _ file: ReferenceFile, _ settings: Settings, _ kind: OptimizerKind,
    from initial: [HostArray<Float>]
  ) throws -> [HostArray<Float>] {
    let graph = Graph()
    let store = ParameterStore()
    for (index, value) in initial.enumerated() { try store.set("\(index)", to: value) }
    let parameters = initial.enumerated().map { graph.parameter("\($0)", shape: $1.shape) }
    let gradients = initial.enumerated().map { graph.input("gradient \($0)", shape: $1.shape) }
    var configuration = kind.configuration
    configuration.beta1 = Float(settings.betas[0])
    configuration.beta2 = Float(settings.betas[1])
    configuration.epsilon = Float(settings.eps)
    let updates = graph.adam(
      parameters: parameters, gradients: gradients, learningRate: graph.scalar(Float(settings.lr)),
      configuration: configuration)
    let plan = try Plan(graph: graph, outputs: [], updates: updates, store: store)
    for step in 0..<settings.steps {
      for (index, gradient) in gradients.enumerated() {
        let name = "\(kind.rawValue).grad.\(step).\(index)"
        plan.set(gradient, to: try file.required(name, shape: gradient.shape))
      }
      plan.run(step: UInt64(step))
    }
    return initial.indices.compactMap { store.value("\($0)") }
  }
}
