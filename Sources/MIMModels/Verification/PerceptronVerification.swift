import MIMTensor

/// `mlp-*`: the small models' draws, densities, losses and full gradients in both branches.
struct PerceptronVerification {
  private struct Numbers: Decodable {
    struct Configuration: Decodable {
      let xSize: Int
      let zSize: Int
      let hidden: Int
      let layers: Int
      let activation: ActivationKind
      let minScale: Double
      let batch: Int

      private enum CodingKeys: String, CodingKey {
        case xSize = "x_dim"
        case zSize = "z_dim"
        case minScale = "min_scale"
        case hidden, layers, activation, batch
      }
    }
    let config: Configuration
    let encoderBranch: [String: Double]
    let decoderBranch: [String: Double]
    let logProbMean: [String: Double]

    private enum CodingKeys: String, CodingKey {
      case config
      case encoderBranch = "encoder_branch"
      case decoderBranch = "decoder_branch"
      case logProbMean = "log_prob_mean"
    }
  }

  /// A loss of the file by its name: the objective and its β.
  private struct Loss {
    let name: String
    let objective: Objective
    var beta: Float = 1
    /// 0 in exact arithmetic (MIM − H in the encoder branch).
    var isZero = false
  }

  private static let encoderLosses = [
    Loss(name: "vae", objective: .variationalAutoencoder),
    Loss(name: "vae_beta0.3", objective: .variationalAutoencoder, beta: 0.3),
    Loss(name: "vae_plus_H", objective: .variationalAutoencoderPlusEntropy),
    Loss(name: "mim", objective: .mutualInformationMachine),
    Loss(name: "mim_beta0.3", objective: .mutualInformationMachine, beta: 0.3),
    Loss(name: "mim_minus_H", objective: .mutualInformationMachineMinusEntropy, isZero: true),
  ]
  private static let decoderLosses = [
    Loss(name: "mim", objective: .mutualInformationMachine),
    Loss(name: "mim_minus_H", objective: .mutualInformationMachineMinusEntropy),
  ]

  private let file: ReferenceFile
  private let numbers: Numbers
  private let network: FlatModel
  private let store: ParameterStore

  init(_ file: ReferenceFile) throws {
    self.file = file
    numbers = try file.decode(Numbers.self)
    let configuration = numbers.config
    guard (1...100).contains(configuration.layers), (1...100_000).contains(configuration.batch),
      configuration.xSize > 0
    else { throw file.unreadable("its config has sizes that can't be used") }
    var specification = ModelSpecification(
      objective: .mim, itemDimensions: [configuration.xSize], valueKind: .real,
      latentSize: configuration.zSize,
      hidden: [Int](repeating: configuration.hidden, count: configuration.layers - 1),
      activation: configuration.activation)
    specification.minScale = configuration.minScale
    do { try specification.validate() } catch { throw file.unreadable("\(error)") }
    network = FlatModel(specification)
    store = ParameterStore()
    for parameter in network.parameters {
      try store.set(
        parameter.name, to: file.required("param.\(parameter.name)", shape: parameter.shape))
    }
  }

  func rows() throws -> [VerificationRow] { try encoderRows() + decoderRows() }

  private func encoderRows() throws -> [VerificationRow] {
    let graph = Graph()
    let x = try constant("x", numbers.config.xSize, graph)
    let noise = NoiseSource.given(
      [NoiseStream.posterior: try constant("eps_z", numbers.config.zSize, graph)], in: graph)
    let terms = network.encoderBranch(of: x, noise: noise)
    let densities = [
      ("p_x_given_z", terms.logPXGivenZ), ("q_z_given_x", terms.logQZGivenX),
      ("p_z", terms.logPZ), ("q_x", terms.logQX),
    ].map { ($0, $1.mean()) }
    let run = try BranchRun(
      graph, terms, Self.encoderLosses.map { ($0.objective, $0.beta) }, network,
      store, also: [terms.z] + densities.map(\.1))
    return [file.elements("z", run.value(terms.z), tolerance: 1e-4, relative: true)]
      + densities.map { name, density in
        file.number("log_prob_mean.\(name)", numbers.logProbMean[name], run.number(density))
      }
      + lossRows(
        "encoder_branch", Self.encoderLosses, run, references: numbers.encoderBranch)
  }

  private func decoderRows() throws -> [VerificationRow] {
    let graph = Graph()
    let z = try constant("z_prior", numbers.config.zSize, graph)
    let noise = NoiseSource.given(
      [
        NoiseStream.likelihood: try constant("eps_x", numbers.config.xSize, graph),
        NoiseStream.reconstruction: try constant(
          "eps_z_decoder_branch", numbers.config.zSize, graph),
      ], in: graph)
    let terms = network.decoderBranch(of: z, noise: noise)
    let reconstructed = terms.reconstructedZ ?? terms.z
    let run = try BranchRun(
      graph, terms, Self.decoderLosses.map { ($0.objective, $0.beta) }, network,
      store, also: [terms.x, reconstructed])
    return [
      file.elements("x_sampled", run.value(terms.x), tolerance: 1e-4, relative: true),
      file.elements(
        "z_recon_decoder_branch", run.value(reconstructed), tolerance: 1e-4, relative: true),
    ] + lossRows("decoder_branch", Self.decoderLosses, run, references: numbers.decoderBranch)
  }

  private func lossRows(
    _ branch: String, _ losses: [Loss], _ run: BranchRun, references: [String: Double]
  ) -> [VerificationRow] {
    var rows: [VerificationRow] = []
    for (index, loss) in losses.enumerated() {
      let quantity = "\(branch).\(loss.name)"
      let (reference, ours) = (references[loss.name], run.loss(index))
      rows.append(
        loss.isZero
          ? file.zero(quantity, reference, ours, tolerance: 1e-5)
          : file.number(quantity, reference, ours))
      for (parameter, gradient) in zip(network.parameters, run.gradients(index)) {
        let name = "grad.\(quantity).\(parameter.name)"
        rows.append(
          loss.isZero ? file.zeroGradient(name, gradient) : file.gradient(name, gradient))
      }
    }
    return rows
  }

  private func constant(_ name: String, _ width: Int, _ graph: Graph) throws -> Tensor {
    graph.constant(try file.required(name, shape: [numbers.config.batch, width]))
  }
}

/// One run of a branch's losses with all their gradients.
private struct BranchRun {
  private let plan: Plan
  private let losses: [Tensor]
  private let gradients: [[Tensor]]

  init(
    _ graph: Graph, _ terms: Branch, _ objectives: [(Objective, beta: Float)],
    _ network: FlatModel, _ store: ParameterStore, also others: [Tensor]
  ) throws {
    let parameters = network.parameters.map { graph.parameter($0.name, shape: $0.shape) }
    losses = objectives.map { $0.itemLoss(terms, graph.scalar($1)).mean() }
    gradients = try losses.map { try graph.gradients(of: $0, withRespectTo: parameters) }
    plan = try Plan(graph: graph, outputs: losses + gradients.flatMap { $0 } + others, store: store)
    plan.run(step: 0)
  }

  func value(_ tensor: Tensor) -> HostArray<Float> { plan.value(of: tensor) }
  func number(_ tensor: Tensor) -> Double { Double(plan.scalar(of: tensor)) }
  func loss(_ index: Int) -> Double { number(losses[index]) }
  func gradients(_ index: Int) -> [HostArray<Float>] { gradients[index].map(value) }
}
