extension Model {
  /// The safetensors bytes of the model: weights under their PyTorch names, optimiser moments
  /// under `optimizer.…`, and specification and training record as JSON in `__metadata__`.
  /// The same model gives the same bytes.
  public func safetensors() throws -> [UInt8] {
    throw ModelError.unusableRequest(reason: "not built yet")
  }

  /// Reads a model; `path` is for messages only. Throws `unreadableModel` for anything that isn't one of ours, is
  /// damaged, or whose arrays don't fit its specification.
  public init(safetensors bytes: [UInt8], path: String) throws {
    throw ModelError.unusableRequest(reason: "not built yet")
  }

  /// Reads a model from a file.
  public init(contentsOf path: String) throws {
    throw ModelError.unusableRequest(reason: "not built yet")
  }

  /// Writes the model to a file: a temporary name, then renamed, so that an existing file is
  /// never half overwritten.
  public func write(to path: String) throws {
    throw ModelError.unusableRequest(reason: "not built yet")
  }
}
