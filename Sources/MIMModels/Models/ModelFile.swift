import Foundation
import MIMTensor

/// Models as safetensors files. Weights stand under their PyTorch names, optimiser state under
/// `optimizer.…`. `__metadata__` holds: `mim.format`, the version of this layout;
/// `mim.specification` and, once trained, `mim.training`, as JSON with sorted keys; `mim.checksum`, see ``SafeTensors/checksumKey``.
extension Model {
  /// Version 2 has a checksum.
  private static let formatVersion = "2"
  private static let readableVersions = ["1", formatVersion]
  static let optimizerPrefix = "optimizer."

  /// The bytes of the model's file. The same model gives the same bytes.
  public func safetensors() throws -> [UInt8] { try fileContent().encoded() }

  /// What the file holds.
  func fileContent() throws -> SafeTensors {
    var tensors = parameters.mapValues(StoredArray.float32)
    for (name, value) in training?.optimizerState ?? [:] {
      tensors[Self.optimizerPrefix + name] = .float32(value)
    }
    var metadata = [
      "mim.format": Self.formatVersion, "mim.specification": try Self.json(specification),
      SafeTensors.checksumKey: "",
    ]
    if let training { metadata["mim.training"] = try Self.json(training) }
    return SafeTensors(tensors: tensors, metadata: metadata)
  }

  /// Reads a model; `path` is for messages only, `catalog` has the components that it may consist of. Throws `unreadableModel` or `FileError` for
  /// anything that isn't one of ours, is damaged, or whose arrays don't fit its specification.
  public init(safetensors bytes: [UInt8], path: String, catalog: Catalog = .standard) throws {
    try self.init(
      fileContent: SafeTensors(bytes: bytes, path: path), path: path, catalog: catalog)
  }

  /// Reads a model from what a file holds; the moments of a checkpoint are passed over.
  init(fileContent file: SafeTensors, path: String, catalog: Catalog) throws {
    let isCheckpoint = file.metadata[Checkpoint.metadataKey] != nil
    do {
      let specification: ModelSpecification = try Self.value(
        file, "mim.specification", catalog)
      try specification.validate()
      var parameters: [String: HostArray<Float>] = [:]
      var state: [String: HostArray<Float>] = [:]
      for (name, stored) in file.tensors
      where !(isCheckpoint && name.hasPrefix(Checkpoint.prefix)) {
        guard case .float32(let value) = stored, value.elements.allSatisfy(\.isFinite) else {
          throw ModelError.parametersDoNotFit(reason: "\(name) isn't an array of finite F32")
        }
        if name.hasPrefix(Self.optimizerPrefix) {
          state[String(name.dropFirst(Self.optimizerPrefix.count))] = value
        } else {
          parameters[name] = value
        }
      }
      var training: TrainingRecord?
      if file.metadata["mim.training"] != nil {
        training = try Self.value(file, "mim.training") as TrainingRecord
        training?.optimizerState = state
        try training?.validate(against: parameters)
      }
      try self.init(specification: specification, parameters: parameters, training: training)
    } catch ModelError.parametersDoNotFit(let reason) {
      throw ModelError.unreadableModel(path: path, reason: reason)
    } catch let error as ModelError {
      throw ModelError.unreadableModel(path: path, reason: error.description)
    }
  }

  /// Reads a model from a file.
  public init(contentsOf path: String, catalog: Catalog = .standard) throws {
    try self.init(safetensors: FileReader.bytes(of: path), path: path, catalog: catalog)
  }

  /// Writes the model to a file: a temporary name, then renamed, so that an existing file is
  /// never half overwritten.
  public func write(to path: String) throws {
    try AtomicFile.write(safetensors(), to: path)
  }

  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func value<Value: Decodable>(
    _ file: SafeTensors, _ key: String, _ catalog: Catalog = .standard
  ) throws -> Value {
    guard let text = file.metadata[key] else {
      // Shown apart, as the way out.
      let statement = RecognisedNetworks(file)?.statement ?? "model KIND DATA …"
      throw ModelError.parametersDoNotFit(
        reason: "it contains tensors but no mim-repl model (no `\(key)` in its metadata)"
          + "; for weights from PyTorch, make a model of that architecture and load them into it: "
          + "m0 = \(statement), then load \"…\" into=m0")
    }
    guard let version = file.metadata["mim.format"] else {
      throw ModelError.parametersDoNotFit(reason: "its metadata has no mim.format")
    }
    guard readableVersions.contains(version) else {
      throw ModelError.parametersDoNotFit(
        reason: "it has format \(version), but this program reads formats up to \(formatVersion)")
    }
    // Whether it is right, reading the file has found out.
    guard version == "1" || file.metadata[SafeTensors.checksumKey] != nil else {
      throw ModelError.parametersDoNotFit(reason: "its metadata has no \(SafeTensors.checksumKey)")
    }
    let decoder = JSONDecoder()
    decoder.userInfo[.catalog] = catalog
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try decoder.decode(Value.self, from: Data(text.utf8))
    } catch let error as ModelError {
      throw error
    } catch {
      throw ModelError.parametersDoNotFit(
        reason: "its metadata \(key) is damaged\(DecodingPlace(error))")
    }
  }
}

extension TrainingRecord {
  /// Throws unless counters and optimiser state are such that training can continue from them.
  func validate(against parameters: [String: HostArray<Float>]) throws {
    let sound =
      (0...1_000_000_000).contains(epoch) && step < 1 << 48
      && (bestEpoch.map { (0...1_000_000_000).contains($0) } ?? true)
      && (position.map { (0...1_000_000_000).contains($0.batch) } ?? true)
      && history.epochs.allSatisfy { (1...1_000_000_000).contains($0.epoch) }
    guard sound else {
      throw ModelError.parametersDoNotFit(reason: "its training record has impossible counts")
    }
    try options.validate()
    try Self.validate(optimizerState, against: parameters)
  }

  /// Throws unless the optimiser's arrays have the shapes of their parameters.
  static func validate(
    _ optimizerState: [String: HostArray<Float>], against parameters: [String: HostArray<Float>]
  ) throws {
    for (name, value) in optimizerState {
      let owner = name.split(separator: ".").dropLast().joined(separator: ".")
      let shape = name == "steps" ? [1] : parameters[owner]?.shape
      guard value.shape == shape else {
        throw ModelError.parametersDoNotFit(
          reason: "the optimiser's \(name) is \(value.shape), which matches no parameter")
      }
    }
  }
}
