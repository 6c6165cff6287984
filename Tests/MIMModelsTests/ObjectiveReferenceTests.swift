import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Objectives beside the VAE's")
struct ObjectiveReferenceTests {
  /// q(z|x) of given means and scales, p(x|z) = N(W z + b, I), p(z) = N(0, I): parameters by name.
  struct LinearModel: LatentVariableModel {
    let items: Int
    static let names = ["mean", "logScale", "weight", "bias"]
    static let shapes: [Shape] = [[6, 3], [6, 3], [4, 3], [4]]

    var parameters: [ParameterDeclaration] { [] }
    var layers: [LayerDescription] { [] }
    var isAutoregressive: Bool { false }
    var pixelDecoder: PixelDecoder? { nil }
    var vampPrior: VampPrior? { nil }
    var decoderMarginal: DecoderMarginal { .reconstructed }

    func gaussianOfPseudoInputs(_ u: Tensor) -> DiagonalGaussian { gaussian(in: u.graph) }

    private func gaussian(in graph: Graph) -> DiagonalGaussian {
      func rows(_ name: String) -> Tensor {
        let array = graph.parameter(name, shape: [6, 3])
        return items == 6
          ? array : array.slice(axis: 0, range: 0..<1).broadcast(to: [items, 3])
      }
      return DiagonalGaussian(mean: rows("mean"), logScale: rows("logScale"), minScale: 0)
    }

    func posterior(of x: Tensor, sharing shared: SharedParts) -> any Distribution {
      gaussian(in: x.graph)
    }

    func likelihood(
      of z: Tensor, observing x: Tensor?, statistics: NormalizationStatistics
    ) -> any Distribution {
      let mean = z.affine(
        weight: z.graph.parameter("weight", shape: [4, 3]),
        bias: z.graph.parameter("bias", shape: [4]))
      return DiagonalGaussian(mean: mean, logScale: mean * 0, minScale: 0)
    }

    func prior(
      in graph: Graph, batch: Int, sharing shared: SharedParts
    ) -> (any Distribution)? {
      StandardNormal(in: graph, shape: [batch, 3])
    }

    func logMarginal(of x: Tensor) -> Tensor? { nil }

    func anchorCodes(
      beside x: Tensor, noise: NoiseSource, sharing shared: SharedParts
    ) -> Tensor {
      noise.normal([x.shape[0], 3], NoiseStream.anchor)
    }
  }

  static let cases: [(String, Objective, Float)] = [
    ("freebits", .freeBits(0.4, perUnit: true), 0.7),
    ("freebits_all", .freeBits(1, perUnit: false), 0.7),
    ("freebits_all_below", .freeBits(50, perUnit: false), 0.7),
    ("iwae", .importanceWeighted(draws: 5), 1),
    ("iwae_doubly", .importanceWeighted(draws: 5, isDoublyReparameterised: true), 1),
    ("infovae", .discrepancy(alpha: 0.3, lambda: 20, width: 0.8), 0.7),
    ("cmim", .contrastiveMachine(temperature: 0.2), 0.7),
  ]

  @Test("losses and gradients are those that PyTorch gives for the equations", arguments: 0..<7)
  func reference(index: Int) throws {
    let (name, objective, beta) = Self.cases[index]
    let fixture = try Fixtures.arrays("objectives")
    let graph = Graph()
    func constant(_ name: String) throws -> Tensor {
      graph.constant(try #require(fixture[name]))
    }
    let noise = NoiseSource.given(
      [
        NoiseStream.posterior: try constant(
          objective.sampling.draws > 1 ? "eps_many" : "eps_one"),
        NoiseStream.priorSample: try constant("prior"),
      ], in: graph)
    let losses = BranchLosses(
      LinearModel(items: 6), objective: objective, x: try constant("x"), beta: graph.scalar(beta),
      decoderBranch: false, baseline: .none, noise: noise)
    let parameters = zip(LinearModel.names, LinearModel.shapes).map {
      graph.parameter($0, shape: $1)
    }
    let gradients = try graph.gradients(of: losses.total, withRespectTo: parameters)
    let values = fixture.filter { LinearModel.names.contains($0.key) }
    let run = try Traced(graph, [losses.encoder] + gradients, parameters: values)
    #expect(agree(run(losses.encoder), try #require(fixture["\(name).loss"]).elements))
    for (parameter, gradient) in zip(LinearModel.names, gradients) {
      let expected = try #require(fixture["\(name).\(parameter)"]).elements
      #expect(agree(run(gradient), expected), "\(parameter)")
    }
  }

  @Test(
    "the doubly reparameterised gradient has the mean of the other, for every weight of the KL term",
    arguments: [Float(1), 0.4])
  func doublyReparameterised(beta: Float) throws {
    let count = 60_000
    let fixture = try Fixtures.arrays("objectives")
    let values = fixture.filter { LinearModel.names.contains($0.key) }
    // One item so many times: the gradient of the mean loss is an average over draws.
    func gradient(_ isDoubly: Bool) throws -> [Float] {
      let graph = Graph()
      let x = graph.constant(try #require(fixture["x"])).slice(axis: 0, range: 0..<1)
      let losses = BranchLosses(
        LinearModel(items: count),
        objective: .importanceWeighted(draws: 3, isDoublyReparameterised: isDoubly),
        x: x.broadcast(to: [count, 4]), beta: graph.scalar(beta), decoderBranch: false,
        baseline: .none, noise: .fresh(in: graph, prefix: ""))
      let parameters = ["mean", "logScale"].map { graph.parameter($0, shape: [6, 3]) }
      let found = try graph.gradients(of: losses.total, withRespectTo: parameters)
      let run = try Traced(graph, found, parameters: values, seed: 4)
      return found.flatMap { Array(run($0).prefix(3)) }
    }
    let (plain, doubly) = (try gradient(false), try gradient(true))
    #expect(agree(doubly, plain, tolerance: 0.02), "\(doubly), \(plain)")
    #expect(!agree(doubly, plain, tolerance: 1e-6), "the two are not the same estimate")
  }

  @Test("one draw of IWAE is the VAE, and more draws make the bound tighter")
  func draws() throws {
    let model = try Model(specification: Small.specification(.vae), seed: 2)
    let network = model.specification.network()
    func loss(_ objective: Objective) throws -> Double {
      let graph = Graph()
      let x = graph.constant(Small.toy(256, validation: nil).train.items)
      let losses = BranchLosses(
        network, objective: objective, x: x, beta: graph.scalar(1), decoderBranch: false,
        baseline: .none, noise: .fresh(in: graph, prefix: ""))
      let total = losses.total
      return Double(try Traced(graph, [total], parameters: model.parameters)(total)[0])
    }
    let plain = try loss(.variationalAutoencoder)
    #expect(abs(try loss(.importanceWeighted(draws: 1)) - plain) < 1e-5)
    let (few, many) = (
      try loss(.importanceWeighted(draws: 5)), try loss(.importanceWeighted(draws: 50))
    )
    #expect(few < plain && many < few, "\(plain), \(few), \(many)")
  }

  static let kinds: [ObjectiveChoice] = [
    .freeBits(0.5), .freeBits(2, perUnit: false), .iwae(3), .iwae(3, isDoublyReparameterised: true),
    .infovae(), .cmim(),
  ]

  @Test("each trains, measures and survives its file", arguments: kinds)
  func trains(kind: ObjectiveChoice) throws {
    let specification = Small.specification(kind)
    var options = TrainingOptions()
    (options.epochs, options.batch, options.warmup) = (2, 64, 1)
    let data = Small.toy(256, validation: 100)
    let model = try Trainer.train(
      Model(specification: specification, seed: 1), on: data, options: options)
    let epochs = try #require(model.training?.history.epochs)
    #expect(epochs.allSatisfy { $0.train.loss.isFinite && $0.val?.loss.isFinite == true })
    #expect(epochs[1].train.recon != epochs[0].train.recon)
    let values = try ModelMetrics.evaluate(
      model, on: try #require(data.test), of: data, metrics: ["nll", "rate"])
    #expect(values.allSatisfy { $0.value.isFinite })
    #expect(try Model(safetensors: model.safetensors(), path: "m").specification == specification)
  }

  @Test("what no mathematics supports is refused, with what to use instead")
  func refused() throws {
    func problem(
      _ kind: ObjectiveChoice, _ change: (inout ModelSpecification) -> Void
    ) -> String {
      var specification = Small.specification(kind)
      change(&specification)
      do {
        try specification.validate()
        return "none"
      } catch { return "\(error)" }
    }
    #expect(problem(.freeBits(1)) { $0.posterior = .gmm(2) }.contains("groups=all"))
    #expect(problem(.freeBits(1)) { $0.prior = .gmm(2) }.contains("groups=all"))
    #expect(problem(.freeBits(1, perUnit: false)) { $0.posterior = .gmm(2) } == "none")
    #expect(problem(.freeBits(1)) { $0.prior = .marginal }.contains("prior=normal"))
    #expect(problem(.iwae(2)) { $0.prior = .marginal }.contains("prior=normal"))
    #expect(problem(.iwae(2)) { $0.posterior = .planar(2) } == "none")
    #expect(
      problem(.iwae(2, isDoublyReparameterised: true)) { $0.posterior = .planar(2) }
        .contains("gradient=path"))
    #expect(problem(.infovae()) { $0.prior = .marginal }.contains("prior=normal"))
    #expect(problem(.infovae(alpha: 0, lambda: 0.5)) { _ in }.contains("larger lambda"))
    #expect(problem(.cmim()) { $0.entropy = .flip }.contains("entropy"))
  }

  @Test("objectives over a batch need two items in it, and the whole batch on one rank")
  func batches() throws {
    let data = Small.toy(64, validation: nil)
    for kind in [ObjectiveChoice.freeBits(1), .infovae(), .cmim(), .tcvae()] {
      var options = TrainingOptions()
      options.batch = 1
      #expect(throws: ModelError.self) {
        try Trainer.check(Small.specification(kind), on: data, options: options)
      }
      options.batch = 32
      try Trainer.check(Small.specification(kind), on: data, options: options)
      #expect(throws: ModelError.self) {
        try Trainer.check(Small.specification(kind), on: data, options: options, ranks: 2)
      }
    }
  }

  @Test("mixture posteriors get a score-function gradient with several draws, too")
  func choices() throws {
    var specification = Small.specification(.iwae(3))
    specification.posterior = .gmm(2)
    var options = TrainingOptions()
    (options.epochs, options.batch) = (1, 64)
    let model = try Trainer.train(
      Model(specification: specification, seed: 1), on: Small.toy(128, validation: 64),
      options: options)
    #expect(model.training?.history.epochs.first?.train.loss.isFinite == true)
  }
}
