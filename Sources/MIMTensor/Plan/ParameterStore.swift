/// The trained arrays by name, with the state of their optimiser. Several plans may share one
/// store (a training plan writes it, evaluation plans read it), but not at the same time.
///
/// An array keeps its place in memory and its shape for the life of the store.
public final class ParameterStore {
  private var arrays: [String: Entry] = [:]
  private var state: [String: Entry] = [:]

  private struct Entry {
    let shape: Shape
    let buffer: any DeviceBuffer
    var value: HostArray<Float> { HostArray(buffer.elements, shape: shape) }
  }

  /// How plans over this store compute convolutions, unless their options say direct.
  public var convolution = ConvolutionAlgorithm.automatic

  /// Where the arrays lie, and where plans over them run.
  public let backend: any Backend

  /// An empty store.
  public init(on backend: any Backend) { self.backend = backend }

  /// A store holding `parameters`. Throws `EngineError.outOfMemory`.
  public convenience init(
    _ parameters: [String: HostArray<Float>], on backend: any Backend
  ) throws {
    self.init(on: backend)
    for (name, value) in parameters { try set(name, to: value) }
  }

  /// The names of the parameters, sorted.
  public var names: [String] { arrays.keys.sorted() }

  /// The number of trained numbers.
  public var parameterCount: Int { arrays.values.reduce(0) { $0 + $1.shape.count } }

  /// The parameter's numbers, nil if there is none of that name.
  public func value(_ name: String) -> HostArray<Float>? { arrays[name]?.value }

  /// The parameter's shape, nil if there is none of that name.
  public func shape(_ name: String) -> Shape? { arrays[name]?.shape }

  /// Stores `value`, making the parameter if it is new.
  ///
  /// Throws `EngineError.parameterShape` if the name is known with another shape, and
  /// `.outOfMemory`.
  public func set(_ name: String, to value: HostArray<Float>) throws {
    try set(&arrays, name, to: value)
  }

  /// All parameters by name.
  public var parameters: [String: HostArray<Float>] { arrays.mapValues(\.value) }

  /// The optimiser's moments and step count by name: with it and the parameters, training
  /// continues bit for bit.
  public var optimiserState: [String: HostArray<Float>] { state.mapValues(\.value) }

  /// Restores what `optimiserState` gave. Throws as `set`.
  public func setOptimiserState(_ values: [String: HostArray<Float>]) throws {
    for (name, value) in values { try set(&state, name, to: value) }
  }

  /// Forgets moments and step count: they start at zero again.
  public func resetOptimiserState() {
    for entry in state.values {
      entry.buffer.set([Float](repeating: 0, count: entry.shape.count))
    }
  }

  /// An independent store with the same parameters and optimiser state. Throws
  /// `EngineError.outOfMemory`.
  public func copy() throws -> ParameterStore {
    let copy = try ParameterStore(parameters, on: backend)
    try copy.setOptimiserState(optimiserState)
    return copy
  }

  /// Replaces parameters and optimiser state by those of rank 0. Precondition: the same names and shapes on
  /// every rank.
  package func share(over collective: any Collective) {
    for entries in [arrays, state] {
      for (_, entry) in entries.sorted(by: { $0.key < $1.key }) {
        var elements = entry.buffer.elements
        elements.withUnsafeMutableBytes { collective.broadcast($0, from: 0) }
        entry.buffer.set(elements)
      }
    }
  }

  private func set(
    _ entries: inout [String: Entry], _ name: String, to value: HostArray<Float>
  ) throws {
    if let known = entries[name] {
      guard known.shape == value.shape else {
        throw EngineError.parameterShape(name: name, expected: known.shape, found: value.shape)
      }
      known.buffer.set(value.elements)
      return
    }
    let entry = Entry(shape: value.shape, buffer: try backend.makeBuffer(count: value.count))
    entry.buffer.set(value.elements)
    entries[name] = entry
  }

  /// The parameter's numbers on the backend. Throws `EngineError.missingParameter` and `.parameterShape`.
  package func buffer(_ name: String, shape: Shape) throws -> any DeviceBuffer {
    guard let entry = arrays[name] else { throw EngineError.missingParameter(name: name) }
    guard entry.shape == shape else {
      throw EngineError.parameterShape(name: name, expected: shape, found: entry.shape)
    }
    return entry.buffer
  }

  /// An array of the optimiser's state on the backend; made of zeros if it is new. Throws `EngineError.outOfMemory`.
  package func stateBuffer(_ name: String, shape: Shape) throws -> any DeviceBuffer {
    if let entry = state[name], entry.shape == shape { return entry.buffer }
    try set(&state, name, to: HostArray(repeating: 0, shape: shape))
    return try stateBuffer(name, shape: shape)
  }
}
