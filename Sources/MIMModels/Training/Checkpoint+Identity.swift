import Foundation
import MIMFormats
import MIMTensor

extension Checkpoint {
  /// What keeps a training from taking this file up, as phrases like `batch was 64, now 128`;
  /// empty when it is the same training. More epochs and another number of threads are no
  /// other training.
  func differences(
    from specification: ModelSpecification, _ options: TrainingOptions, _ now: Checkpointing
  ) throws -> [String] {
    guard let saved = model.training?.options else { return ["it has no options"] }
    var found = try Self.differences(
      model.specification, specification, names: Self.modelWords, ignoring: [],
      texts: { $0.componentTexts })
    found += try Self.differences(
      saved.withoutEffectless, options.withoutEffectless, names: Self.trainingWords,
      ignoring: saved.hasSamePatience(as: options)
        ? ["epochs", "threads", "patience"]
        : ["epochs", "threads"])
    found += Lesson.differences(state.lesson, now.lesson)
    if state.dataDigest != now.dataDigest, (state.lesson == nil) == (now.lesson == nil) {
      found.append(now.lesson == nil ? "the data differs" : "the teacher differs")
    }
    if state.startDigest != now.startDigest, found.isEmpty {
      found.append("it started from other weights (another seed= of `model`, or trained since)")
    }
    return found
  }

  private static let modelWords = [
    "latentSizes": "z", "encoder": "enc", "decoder": "dec", "minScale": "min_scale",
    "marginal": "qx", "activation": "act", "objective": "kind", "itemDimensions": "item shape",
    "valueKind": "values",
  ]
  private static let trainingWords = ["learningRate": "lr", "warmupBeta": "warmup_beta"]

  private static func differences<Value: Encodable>(
    _ saved: Value, _ now: Value, names: [String: String], ignoring ignored: Set<String>,
    texts: (Value) -> [String: String] = { _ in [:] }
  ) throws -> [String] {
    let fields = try [saved, now].map { value in
      try self.fields(value).merging(texts(value)) { _, text in text }
    }
    let (saved, now) = (fields[0], fields[1])
    return Set(saved.keys).union(now.keys).subtracting(ignored).sorted().compactMap { key in
      guard saved[key] != now[key] else { return nil }
      let (before, after) = (saved[key] ?? "none", now[key] ?? "none")
      let name = names[key] ?? key
      return before.count + after.count > 60
        ? "\(name) differs" : "\(name) was \(before), now \(after)"
    }
  }

  /// The top level of a value's JSON, each member as text.
  private static func fields(_ value: some Encodable) throws -> [String: String] {
    let object = try JSONSerialization.jsonObject(with: Data(Model.json(value).utf8))
    guard let members = object as? [String: Any] else { return [:] }
    return try members.mapValues { member in
      let text = try JSONSerialization.data(
        withJSONObject: member, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
      return String(decoding: text, as: UTF8.self).filter { $0 != "\"" }
    }
  }
}

extension TrainingOptions {
  /// The same training with its implied values written out.
  fileprivate var withoutEffectless: TrainingOptions {
    var options = self
    options.warmupBeta = betaWarmup
    options.patience = patience ?? warmup
    options.validation = validation ?? .fixed
    options.decoded = decoded ?? .sample
    return options
  }

  /// Whether the patience is the same, or can end neither training.
  fileprivate func hasSamePatience(as other: TrainingOptions) -> Bool {
    let (own, others) = (patience ?? warmup, other.patience ?? other.warmup)
    return own == others || (own >= epochs && others >= other.epochs)
  }
}

/// Digests that tell one training's inputs from another's.
enum TrainingDigest {
  /// Of everything that training reads of the data: items of train and val, how they are drawn.
  static func of(_ data: Dataset) -> String {
    var hash = SHA256()
    for split in [data.train, data.val].compactMap({ $0 }) {
      add(split.items, to: &hash)
    }
    if let density = data.trainingDensity {
      add(density.means, to: &hash)
      add(density.scales, to: &hash)
    }
    add(data.binarisation.rawValue, to: &hash)
    if let augmentation = data.augmentation {
      add("\(String(describing: augmentation.affine)) \(augmentation.dequantises)", to: &hash)
    }
    return hash.hexadecimal()
  }

  /// Of a model's parameters, optimiser state and counters.
  static func of(_ model: Model) -> String {
    var hash = SHA256()
    let state = model.training?.optimizerState ?? [:]
    for arrays in [model.parameters, state] {
      for (name, value) in arrays.sorted(by: { $0.key < $1.key }) {
        add(name, to: &hash)
        add(value, to: &hash)
      }
    }
    add("\(model.training?.epoch ?? 0) \(model.training?.step ?? 0)", to: &hash)
    return hash.hexadecimal()
  }

  /// Of the densities that a teacher gives: what it is, and its arrays.
  static func ofTeacher(_ model: Model) throws -> String {
    var hash = SHA256()
    add(try Model.json(model.specification), to: &hash)
    for (name, value) in model.parameters.sorted(by: { $0.key < $1.key }) {
      add(name, to: &hash)
      add(value, to: &hash)
    }
    return hash.hexadecimal()
  }

  private static func add(_ text: String, to hash: inout SHA256) {
    Array(text.utf8).withUnsafeBytes { hash.update($0) }
  }

  private static func add(_ array: HostArray<Float>, to hash: inout SHA256) {
    add("\(array.shape)", to: &hash)
    array.elements.withUnsafeBytes { hash.update($0) }
  }
}
