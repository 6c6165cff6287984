import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Training")
struct TrainerTests {
  private func train(
    _ specification: ModelSpecification = Small.specification(), on data: Dataset = Small.toy(),
    _ options: TrainingOptions = Small.options(epochs: 4), observer: TrainingObserver = .init()
  ) throws -> Model {
    try Trainer.train(
      Model(specification: specification, seed: options.seed), on: data, options: options,
      observer: observer)
  }

  @Test("overfits one batch", arguments: [ObjectiveChoice.vae, .ae, .amim])
  func overfits(objective: ObjectiveChoice) throws {
    let data = Small.points(32, validation: nil)
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate, options.warmup) = (600, 32, 1e-2, 0)
    let model = try train(Small.specification(objective, hidden: [32]), on: data, options)
    let loss = try #require(model.training?.history.column("loss"))
    #expect(try #require(loss.last) < loss[0] - 0.5)
    let rmse = try ModelMetrics.evaluate(model, on: data.train, of: data, metrics: ["rmse"])[0]
    #expect(rmse.value < (objective == .vae ? 1 : 0.35))
  }

  @Test("the same seed gives the same bytes, another seed others; data is drawn by the seed")
  func reproducible() throws {
    for data in [Small.toy(), Small.points()] {
      let first = try train(on: data).safetensors()
      #expect(try train(on: data).safetensors() == first)
      var options = Small.options(epochs: 4)
      options.seed = 2
      let other = try Trainer.train(
        Model(specification: Small.specification(), seed: 1), on: data, options: options)
      #expect(try other.safetensors() != first)
    }
  }

  @Test("training on continues as if it had never stopped, also through a file")
  func continues() throws {
    for data in [Small.toy(), Small.points()] {
      var options = Small.options(epochs: 6)
      options.keep = .last
      let whole = try train(on: data, options)
      options.epochs = 3
      let half = try train(on: data, options)
      let again = try Trainer.train(half, on: data, options: options)
      #expect(again.parameters == whole.parameters)
      #expect(again.training?.optimizerState == whole.training?.optimizerState)
      #expect(again.training?.history.epochs == whole.training?.history.epochs)
      let loaded = try Model(safetensors: half.safetensors(), path: "half")
      let fromFile = try Trainer.train(loaded, on: data, options: options)
      #expect(try fromFile.safetensors() == again.safetensors())
    }
  }

  @Test("interrupted in an epoch, it gives the model after that step, which goes on exactly")
  func interrupted() throws {
    var options = Small.options(epochs: 5)
    options.keep = .last
    let whole = try train(options)
    var steps = 0
    var observer = TrainingObserver()
    observer.shouldStop = {
      steps += 1
      return steps > 20
    }
    let partial = try train(options, observer: observer)
    #expect(partial.training?.isPartial == true && partial.training?.ending == .interrupted)
    #expect(partial.training?.epoch == 2 && partial.training?.history.count == 2)
    #expect(partial.training?.step == 20 && partial.training?.position?.batch == 4)
    options.epochs = 3
    let loaded = try Model(safetensors: partial.safetensors(), path: "partial")
    let resumed = try Trainer.train(loaded, on: Small.toy(), options: options)
    #expect(resumed.parameters == whole.parameters)
    #expect(resumed.training?.history.epochs == whole.training?.history.epochs)
  }

  private func train(
    _ options: TrainingOptions, observer: TrainingObserver = .init()
  ) throws -> Model {
    try train(Small.specification(), on: Small.toy(), options, observer: observer)
  }

  @Test("stopped at once it gives the model as it was; the old model never changes")
  func stoppedAtOnce() throws {
    let fresh = try Model(specification: Small.specification(), seed: 1)
    let before = fresh.parameters
    var observer = TrainingObserver()
    observer.shouldStop = { true }
    let stopped = try Trainer.train(
      fresh, on: Small.toy(), options: Small.options(epochs: 3), observer: observer)
    #expect(stopped.parameters == before && stopped.training?.isPartial == true)
    _ = try Trainer.train(fresh, on: Small.toy(), options: Small.options(epochs: 1))
    #expect(fresh.parameters == before)
  }

  @Test("the best epoch on the validation split is kept, and the observer hears every epoch")
  func keepsBest() throws {
    var heard: [EpochRecord] = []
    var stepCount = 0
    var observer = TrainingObserver()
    observer.onEpoch = { heard.append($0.record) }
    observer.onStep = { _ in stepCount += 1 }
    var options = Small.options(epochs: 12)
    options.learningRate = 0.03
    let model = try train(options, observer: observer)
    let record = try #require(model.training)
    #expect(heard == record.history.epochs && stepCount == heard.count * 8)
    let candidates = heard.filter { $0.epoch >= 3 }.compactMap { $0.val?.loss }
    #expect(record.bestLoss == candidates.min() && record.epoch == record.bestEpoch)
    #expect(record.step == UInt64(8 * record.epoch))
    let betas: [Double] = [1.0 / 3, 2.0 / 3, 1]
    #expect(heard.prefix(3).map { $0.beta } == betas)
  }

  @Test("a model that is trained on is not replaced by a worse one")
  func keepsStart() throws {
    var specification = Small.specification(.vae)
    specification.minScale = 0.05
    var options = Small.options(epochs: 15)
    let good = try train(specification, on: Small.toy(), options)
    (options.epochs, options.learningRate, options.schedule) = (2, 0.3, .constant)
    let again = try Trainer.train(good, on: Small.toy(), options: options)
    let (before, after) = (try #require(good.training), try #require(again.training))
    #expect(try #require(after.bestLoss) <= #require(before.bestLoss))
    let isUnchanged = again.parameters == good.parameters
    #expect(isUnchanged == (after.bestEpoch == before.epoch))
  }

  @Test("divergence stops at the step, says where, and keeps the last good model")
  func diverges() throws {
    var options = Small.options(epochs: 3)
    options.learningRate = 1000
    options.schedule = .constant
    do {
      _ = try train(Small.specification(.vae), on: Small.toy(), options)
      Issue.record("training with lr=1000 should diverge")
    } catch ModelError.diverged(let divergence) {
      #expect(divergence.lastGood.training?.ending == .diverged)
      #expect(
        divergence.lastGood.parameters.values.allSatisfy { $0.elements.allSatisfy { $0.isFinite } })
      #expect(divergence.learningRate == 1000 && divergence.proposal == "lr=0.001")
      #expect(divergence.origin?.contains("coder") == true)
      #expect(divergence.description.contains("epoch \(divergence.epoch)"))
    }
  }

  @Test("MIM − H with a warm-up is warned about, and not without one")
  func warnings() throws {
    var specification = Small.specification()
    specification.entropy = .flip
    var heard: [TrainingWarning] = []
    var observer = TrainingObserver()
    observer.onWarning = { heard.append($0) }
    observer.shouldStop = { true }
    _ = try train(specification, on: Small.toy(), observer: observer)
    #expect(heard == [.unboundedDuringWarmup])
    var options = TrainingOptions.toyProtocol
    options.warmupBeta = 0
    #expect(Trainer.warnings(specification, on: Small.toy(), options: options).isEmpty)
    let alone = Small.points(256, validation: nil)
    #expect(Trainer.warnings(Small.specification(), on: alone, options: options) == [.noValidation])
  }

  @Test("points validated on are drawn anew for each epoch where asked for, from the seed")
  func validationAnew() throws {
    // With next to no learning rate, two epochs of an autoencoder differ by the points alone.
    var options = Small.options(epochs: 3)
    options.learningRate = 1e-12
    func losses(_ validation: ValidationPoints?, seed: UInt64 = 1) throws -> [Double] {
      options.validation = validation
      options.seed = seed
      let model = try train(Small.specification(.ae), on: Small.toy(), options)
      return try #require(model.training).history.column("loss", split: "val") ?? []
    }
    let fixed = try losses(.fixed)
    #expect(try losses(nil) == fixed)
    #expect(fixed.allSatisfy { abs($0 - fixed[0]) < 1e-6 * abs(fixed[0]) })
    let anew = try losses(.anew)
    #expect(Set(anew).count == 3 && abs(anew[1] - anew[0]) > 1e-3 * abs(anew[0]))
    #expect(try losses(.anew) == anew)
    #expect(try losses(.anew, seed: 2) != anew)
    options.validation = .anew
    #expect(throws: ModelError.self) {
      try Trainer.check(Small.specification(), on: Small.points(), options: options)
    }
  }

  @Test("data that doesn't fit is refused before any work")
  func refusals() throws {
    let options = Small.options(epochs: 1)
    let model = try Model(specification: Small.specification(), seed: 1)
    #expect(throws: ModelError.self) {
      try Trainer.train(model, on: Small.bits(), options: options)
    }
    var zero = options
    zero.epochs = 0
    #expect(throws: ModelError.self) { try Trainer.train(model, on: Small.toy(), options: zero) }
    #expect(throws: ModelError.self) {
      try Trainer.train(model, on: Small.points(100), options: options)
    }
    var anchored = Small.specification()
    anchored.marginal = .data
    #expect(throws: ModelError.self) { try train(anchored, on: Small.points(), options) }
    _ = try train(anchored, on: Small.toy(), options)
    var items = Small.points().train.items
    items.elements[7] = .nan
    let broken = Dataset(
      name: "broken", train: DataSplit(role: .train, items: items), valueKind: .real)
    do {
      _ = try train(on: broken, options)
      Issue.record("NaN should be refused")
    } catch ModelError.notFiniteItem(let split, let row) {
      #expect(split == "train" && row == 3)
    }
  }

  @Test("grey images are binarised anew in every step, and a Bernoulli MIM learns from them")
  func dynamicBinarisation() throws {
    let data = Small.bits(grey: true)
    let specification = ModelSpecification(
      objective: .mim, itemDimensions: [12], valueKind: .binary, latentSize: 3, hidden: [24])
    var options = Small.options(epochs: 30)
    (options.batch, options.learningRate, options.schedule) = (32, 5e-3, .constant)
    options.keep = .last
    let model = try train(specification, on: data, options)
    let recon = try #require(model.training?.history.column("recon"))
    // 12 fair coins cost 8.3 nats; the prototypes' own entropy is 3.9.
    let last = try #require(recon.last)
    #expect(recon[0] > 7)
    #expect(last > 3 && last < 6)
  }

  @Test("every combination of families trains a step and stays finite")
  func combinations() throws {
    var options = Small.options(epochs: 2)
    options.warmup = 1
    let data = Small.toy(128, validation: 40)
    for objective in [ObjectiveChoice.mim, .vae] {
      for prior in [PriorChoice.normal, .learned, .gmm(3), .marginal] {
        for marginal in [MarginalChoice.marginal, .data, .learned, .gmm(2)] {
          for (posterior, likelihood, anchor) in [
            (PosteriorChoice.normal, LikelihoodChoice.normal, AnchorKind.fixed),
            (.gmm(2), .gmm(3), .learned),
          ] {
            for entropy in EntropyTreatment.allCases {
              var specification = Small.specification(objective, hidden: [5])
              (specification.prior, specification.marginal) = (prior, marginal)
              (specification.posterior, specification.likelihood) = (posterior, likelihood)
              (specification.anchor, specification.entropy) = (anchor, entropy)
              specification.minScale = 1e-2
              let model = try train(specification, on: data, options)
              #expect(model.training?.history.count == 2)
              _ = try ModelMetrics.evaluate(
                model, on: data.train, of: data, metrics: ModelMetrics.names(for: specification))
            }
          }
        }
      }
    }
  }
}
