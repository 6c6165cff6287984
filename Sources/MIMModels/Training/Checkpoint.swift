import MIMTensor

/// A training at one moment as a file: the model that it would give now, with a recipe as every
/// model file has, and beside it what only continuing needs. `load` opens it as that model.
package struct Checkpoint {
  /// What a model file does not say.
  struct State: Codable, Equatable {
    /// Of the data's items (in a distillation, of the teacher) and of the model that training started from, in hexadecimal.
    let dataDigest: String
    let startDigest: String
    /// Of a distillation. Nil, and not in the file, where a model learns from data.
    let lesson: Lesson?
    /// Epochs and steps done, and the batches of the next epoch.
    let epoch: Int
    let step: UInt64
    let position: EpochPosition
    /// The end of the last epoch.
    let lastGoodEpoch: Int
    let lastGoodStep: UInt64
    /// Whether the model is the best epoch's rather than the last step's.
    let hasBest: Bool
    let bestEpoch: Int?
    let bestLoss: Double?
    let waited: Int
    let lastFiniteLoss: Double?
  }

  let model: Model
  let state: State
  /// By step: the moments that the state names and that aren't the model's own.
  let snapshots: [UInt64: TrainingSnapshot]

  init(model: Model, state: State, snapshots: [TrainingSnapshot]) {
    self.model = model
    self.state = state
    self.snapshots = Dictionary(
      snapshots.filter { $0.step != model.training?.step }.map { ($0.step, $0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The moment after `step` steps, nil when the file lacks it.
  func snapshot(step: UInt64, epoch: Int) -> TrainingSnapshot? {
    if let own = snapshots[step] { return own }
    guard let training = model.training, training.step == step else { return nil }
    return TrainingSnapshot(
      parameters: model.parameters, optimizerState: training.optimizerState, epoch: epoch,
      step: step)
  }
}

extension Checkpoint {
  /// Arrays under this prefix belong to the checkpoint, not to its model:
  /// `checkpoint.STEP.NAME` and `checkpoint.STEP.optimizer.NAME`.
  static let prefix = "checkpoint."
  /// The metadata that makes a model file a checkpoint.
  static let metadataKey = "mim.checkpoint"

  /// The file's bytes. The same moment gives the same bytes.
  func encoded() throws -> [UInt8] {
    var file = try model.fileContent()
    file.metadata[Self.metadataKey] = try Model.json(state)
    for (step, snapshot) in snapshots {
      let place = "\(Self.prefix)\(step)."
      for (name, value) in snapshot.parameters { file.tensors[place + name] = .float32(value) }
      for (name, value) in snapshot.optimizerState {
        file.tensors[place + Model.optimizerPrefix + name] = .float32(value)
      }
    }
    return try file.encoded()
  }

  /// Reads a checkpoint. Throws `unreadableCheckpoint` for anything that is none or is damaged.
  package init(contentsOf path: String, catalog: Catalog) throws {
    do {
      let file = try SafeTensors(contentsOf: path)
      guard file.metadata[Self.metadataKey] != nil else {
        throw ModelError.parametersDoNotFit(reason: "it is not a training checkpoint")
      }
      let model = try Model(fileContent: file, path: path, catalog: catalog)
      let state: State = try Model.value(file, Self.metadataKey)
      let steps = Set([state.step, state.lastGoodStep]).subtracting([model.training?.step ?? 0])
      self.init(
        model: model, state: state,
        snapshots: try steps.map { try Self.snapshot(file, step: $0, of: model, state) })
      try validate()
    } catch ModelError.parametersDoNotFit(let reason), ModelError.unreadableModel(_, let reason) {
      throw ModelError.unreadableCheckpoint(path: path, reason: reason)
    } catch let error as FileError {
      throw ModelError.unreadableCheckpoint(path: path, reason: "\(error)")
    }
  }

  private static func snapshot(
    _ file: SafeTensors, step: UInt64, of model: Model, _ state: State
  ) throws -> TrainingSnapshot {
    let place = "\(prefix)\(step)."
    var parameters: [String: HostArray<Float>] = [:]
    var optimizerState: [String: HostArray<Float>] = [:]
    for (name, stored) in file.tensors where name.hasPrefix(place) {
      guard case .float32(let value) = stored, value.elements.allSatisfy(\.isFinite) else {
        throw ModelError.parametersDoNotFit(reason: "\(name) isn't an array of finite F32")
      }
      let own = name.dropFirst(place.count)
      if own.hasPrefix(Model.optimizerPrefix) {
        optimizerState[String(own.dropFirst(Model.optimizerPrefix.count))] = value
      } else {
        parameters[String(own)] = value
      }
    }
    try ParameterLayout(model.specification).check(parameters)
    try TrainingRecord.validate(optimizerState, against: parameters)
    return TrainingSnapshot(
      parameters: parameters, optimizerState: optimizerState,
      epoch: step == state.lastGoodStep ? state.lastGoodEpoch : state.epoch, step: step)
  }

  private func validate() throws {
    let counts = [state.epoch, state.lastGoodEpoch, state.waited, state.position.batch]
    let sound =
      counts.allSatisfy { (0...1_000_000_000).contains($0) }
      && (state.bestEpoch.map { (0...1_000_000_000).contains($0) } ?? true)
      && state.step < 1 << 48 && state.lastGoodStep <= state.step
      && state.lastGoodEpoch <= state.epoch && model.training != nil
    guard sound else {
      throw ModelError.parametersDoNotFit(reason: "its training record has impossible counts")
    }
  }
}
