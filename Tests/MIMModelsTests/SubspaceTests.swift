import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Conditional subspace VAE")
struct SubspaceTests {
  /// (a, b): a near 2 for class 1 and near −2 for class 0, b from N(0, 1) whatever the class.
  private static func pairs(_ count: Int, validation: Int?, classes: Int = 2) -> Dataset {
    func split(_ role: DataSplit.Role, _ count: Int) -> DataSplit {
      var stream = RandomStream(seed: 5, stream: "pairs.\(role.rawValue)")
      let labels = (0..<count).map { Int32($0 % classes) }
      let items = labels.flatMap { label -> [Float] in
        [Float(Double(label) * 4 - 2 + 0.3 * stream.normal()), Float(stream.normal())]
      }
      return DataSplit(
        role: role, items: HostArray(items, shape: [count, 2]), labels: labels,
        classNames: ["low", "high", "top"].dropLast(3 - classes).map { $0 })
    }
    return Dataset(
      name: "pairs", train: split(.train, count), val: validation.map { split(.val, $0) },
      test: split(.test, 400), valueKind: .real)
  }

  private static func specification(_ data: Dataset, w: Int = 1, z: Int = 1) -> ModelSpecification {
    var specification = ModelSpecification(
      objective: .csvae(w: w, hidden: 32), itemDimensions: [2], valueKind: .real, latentSize: 1,
      hidden: [32], activation: .relu)
    specification.labelNames = data.classNames
    specification.likelihood = .fixed(0.158)
    specification.latentSizes = [z + specification.labelUnits]
    return specification
  }

  private static func options(_ epochs: Int) -> TrainingOptions {
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate, options.warmup) = (epochs, 64, 3e-3, 1)
    (options.keep, options.patience) = (.last, nil)
    return options
  }

  @Test(
    "w holds the class and z does not; another w changes what the class changes, and nothing else")
  func separates() throws {
    let data = Self.pairs(1024, validation: nil)
    let test = try #require(data.test)
    let model = try Trainer.train(
      Model(specification: Self.specification(data), seed: 1), on: data, options: Self.options(60))
    let codes = try model.encode(test.items, labels: test.labels, seed: 1)
    // The means of p(w|y): 3 for class 0, 0 for class 1.
    let (w, z) = (codes.means.column(0), codes.means.column(1))
    func mean(_ values: [Double], _ label: Int32) -> Double {
      let own = zip(values, test.labels ?? []).filter { $0.1 == label }.map(\.0)
      return own.reduce(0, +) / Double(max(1, own.count))
    }
    #expect(abs(mean(w, 1)) < 0.3 && abs(mean(w, 0) - 3) < 1, "\(mean(w, 0)), \(mean(w, 1))")
    #expect(abs(mean(z, 1) - mean(z, 0)) < 0.5, "\(mean(z, 0)), \(mean(z, 1))")
    let lifted = try model.settingLabelUnits(of: codes.means, to: model.labelMeans(of: "high"))
    let made = try model.decode(lifted).means
    let (a, b) = (made.column(0), made.column(1))
    #expect(a.allSatisfy { $0 > 0.5 }, "all are high: \(a.min() ?? .nan)")
    let truth = test.items.column(1)
    let error = zip(b, truth).map { abs($0 - $1) }.reduce(0, +) / Double(b.count)
    #expect(error < 0.4, "the rest stays: \(error)")
  }

  @Test("its predictor learns from the classes alone, and the model is not moved by it")
  func players() throws {
    let data = Self.pairs(256, validation: nil)
    let start = try Model(specification: Self.specification(data), seed: 1)
    let model = try Trainer.train(start, on: data, options: Self.options(1))
    func moved(_ prefix: String) -> Bool {
      start.parameters.contains {
        $0.key.hasPrefix(prefix) && model.parameters[$0.key]?.elements != $0.value.elements
      }
    }
    for part in ["q_z_given_x.", "q_w_given_x.", "p_x_given_z.", "q_y_given_z."] {
      #expect(moved(part), "\(part)")
    }
    // With nothing to fool it for, the model is the same whatever the predictor's rate.
    func encoder(_ rate: Double) throws -> [Float] {
      var specification = Self.specification(data)
      specification.objective = .csvae(w: 1, fooling: 0, hidden: 32, rate: rate)
      let model = try Trainer.train(
        Model(specification: specification, seed: 1), on: data, options: Self.options(1))
      return try #require(model.parameters["q_z_given_x.0.weight"]).elements
    }
    #expect(try encoder(1) == encoder(100))
  }

  @Test("three classes have units of their own each, and draws go by all of them")
  func severalClasses() throws {
    let data = Self.pairs(384, validation: 96, classes: 3)
    let test = try #require(data.test)
    let specification = Self.specification(data, w: 2, z: 2)
    #expect(specification.labelUnits == 6 && specification.latentSize == 8)
    let model = try Trainer.train(
      Model(specification: specification, seed: 1), on: data, options: Self.options(2))
    #expect(try model.labelMeans(of: "high") == [3, 3, 0, 0, 3, 3])
    #expect(try model.sample(500, seed: 1).means.rowCount == 500)
    let values = try ModelMetrics.evaluate(
      model, on: test, of: data, metrics: ["nll", "rate", "mi_q", "rmse", "active"])
    #expect(values.allSatisfy { $0.value.isFinite })
    let nll = try ImportanceSampling(samples: 5).negativeLogLikelihood(of: model, on: test)
    #expect(nll.value.isFinite && nll.value < values[0].value)
    let again = try Model(safetensors: model.safetensors(), path: "m")
    #expect(again.specification.labelNames == ["low", "high", "top"])
    let code = try again.encode(test.items, labels: test.labels, seed: 3)
    #expect(try code.draws == model.encode(test.items, labels: test.labels, seed: 3).draws)
  }

  @Test("draws for a class carry it; draws for any class, or for one that there isn't, carry none")
  func drawnLabels() throws {
    let data = Self.pairs(128, validation: nil)
    let model = try Model(specification: Self.specification(data), seed: 1)
    let codes = try model.sample(3, label: "high", seed: 1).codes
    #expect(model.drawnLabels(of: codes, asked: "high") == [1, 1, 1])
    #expect(model.drawnLabels(of: codes, asked: nil) == nil)
    #expect(model.drawnLabels(of: codes, asked: "middle") == nil)
  }

  @Test("items without classes, of other classes, and other parts than it has are refused")
  func refusals() throws {
    let data = Self.pairs(128, validation: nil)
    let model = try Model(specification: Self.specification(data), seed: 1)
    let items = data.train.items
    #expect(throws: ModelError.self) { try model.encode(items) }
    #expect(throws: ModelError.self) { try model.encode(items, labels: [0]) }
    #expect(throws: ModelError.self) {
      try model.encode(items, labels: [Int32](repeating: 2, count: 128))
    }
    #expect(throws: ModelError.self) { try model.labelMeans(of: "middle") }
    let codes = try model.encode(items, labels: data.train.labels).draws
    #expect(throws: ModelError.self) { try model.settingLabelUnits(of: codes, to: [1, 2]) }
    #expect(throws: ModelError.self) { try model.settingLabelUnits(of: codes, to: [.nan]) }
    let unlabelled = Dataset(
      name: "bare", train: DataSplit(role: .train, items: items), valueKind: .real)
    #expect(throws: ModelError.self) {
      try Trainer.train(model, on: unlabelled, options: Self.options(1))
    }
    for change: (inout ModelSpecification) -> Void in [
      { $0.prior = .learned }, { $0.posterior = .triangular }, { $0.labelNames = nil },
      { $0.labelNames = ["one"] }, { $0.latentSizes = [1] }, { $0.objective = .vae },
    ] {
      var specification = Self.specification(data)
      change(&specification)
      #expect(throws: ModelError.self) { try specification.validate() }
    }
  }
}

extension HostArray where Element == Float {
  /// A column as doubles.
  fileprivate func column(_ index: Int) -> [Double] {
    (0..<rowCount).map { Double(row($0)[row($0).startIndex + index]) }
  }
}
