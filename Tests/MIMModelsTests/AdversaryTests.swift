import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Adversarial symmetric VAE")
struct AdversaryTests {
  private static func trained(
    _ change: (inout ModelSpecification) -> Void = { _ in }, epochs: Int = 2, data: Dataset,
    rate: Double = 5
  ) throws -> Model {
    var specification = ModelSpecification(
      objective: .asvae(hidden: 32, rate: rate), itemDimensions: data.itemShape.dimensions,
      valueKind: data.valueKind, latentSize: 2, hidden: [32])
    change(&specification)
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate, options.warmup) = (epochs, 64, 2e-3, 1)
    options.keep = .last
    return try Trainer.train(
      Model(specification: specification, seed: 1), on: data, options: options)
  }

  @Test("the ratio network comes near log q(z|x)/p(z), which is known, and the model learns")
  func ratio() throws {
    let data = Small.toy(1024, validation: 256)
    let model = try Self.trained(epochs: 60, data: data)
    let network = model.specification.network()
    let graph = Graph()
    let x = graph.constant(try #require(data.test).items)
    var branch = network.encoderBranch(of: x, noise: .fresh(in: graph, prefix: ""))
    branch.adversary = network.adversary?.value(of: branch, isDecoder: false)
    let found = try #require(branch.adversary)
    let truth = branch.logQZGivenX - branch.logPZ
    let recon = -branch.logPXGivenZ.mean()
    let run = try Traced(graph, [found, truth, recon], parameters: model.parameters, seed: 3)
    let pairs = zip(run(found), run(truth)).map { (Double($0), Double($1)) }
    let means = (
      pairs.reduce(0) { $0 + $1.0 } / Double(pairs.count),
      pairs.reduce(0) { $0 + $1.1 } / Double(pairs.count)
    )
    // A classifier of samples stays behind where they hardly overlap.
    #expect(means.0 > 0.4 * means.1 && means.0 < 1.3 * means.1 + 0.5, "\(means)")
    #expect(means.1 > 0.2, "the codes know something: \(means)")
    // One Gaussian for all items has 1.84 nats.
    #expect(run(recon)[0] < 1.6, "\(run(recon)[0])")
  }

  @Test("the model's loss doesn't move the ratio networks, nor theirs the model")
  func players() throws {
    let data = Small.toy(256, validation: nil)
    let start = try Model(
      specification: {
        var specification = Small.specification(.asvae(hidden: 8, rate: 1e-3))
        specification.beta = 1
        return specification
      }(), seed: 1)
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate) = (1, 64, 1e-3)
    let model = try Trainer.train(start, on: data, options: options)
    func moved(_ prefix: String) -> Float {
      start.parameters.filter { $0.key.hasPrefix(prefix) }.reduce(0) { most, entry in
        let now = model.parameters[entry.key]?.elements ?? []
        return max(most, zip(now, entry.value.elements).map { abs($0 - $1) }.max() ?? 0)
      }
    }
    // Adam moves by its rate: the model by 1e-3 a step, the ratio networks by 1e-6.
    #expect(moved("q_z_given_x") > 1e-3 && moved("p_x_given_z") > 1e-3)
    #expect(moved("f1") > 0 && moved("f1") < 1e-4 && moved("f2") > 0 && moved("f2") < 1e-4)
  }

  @Test("bits, mixtures and flows work with it; what can't is refused with what to use instead")
  func combinations() throws {
    for (data, change): (Dataset, (inout ModelSpecification) -> Void) in [
      (Small.bits(256), { _ in }), (Small.toy(256, validation: nil), { $0.posterior = .gmm(2) }),
      (Small.toy(256, validation: nil), { $0.posterior = .planar(2) }),
    ] {
      let model = try Self.trained(change, data: data)
      #expect(model.training?.history.epochs.allSatisfy { $0.train.loss.isFinite } == true)
      #expect(try Model(safetensors: model.safetensors(), path: "m").parameters == model.parameters)
    }
    var specification = Small.specification(.asvae())
    specification.prior = .gmm(2)
    #expect(throws: ModelError.self) { try specification.validate() }
    specification.prior = .normal
    var options = TrainingOptions()
    (options.batch, options.decoded) = (32, .mean)
    #expect(throws: ModelError.self) {
      try Trainer.check(specification, on: Small.toy(64), options: options)
    }
  }

  @Test("both branches run from the first epoch")
  func branches() throws {
    let schedule = EpochSchedule(TrainingOptions(), specification: Small.specification(.asvae()))
    #expect(schedule.runsDecoderBranch(1))
    #expect(
      !EpochSchedule(TrainingOptions(), specification: Small.specification(.mim))
        .runsDecoderBranch(1))
  }
}
