import MIMTensor

/// A model as an immutable value: its specification, its parameters and, once trained, the record of
/// its training. Training and loading create new values; an existing one never changes.
public struct Model: Sendable {
  /// Its specification.
  public let specification: ModelSpecification
  /// The parameters under the names of the reference's PyTorch state, `q_z_given_x.0.weight`;
  /// linear weights are `[outputs, inputs]`.
  public let parameters: [String: HostArray<Float>]
  /// The record of its training; nil for an untrained model.
  public let training: TrainingRecord?
  /// How this value's convolutions are computed, in training and afterwards. Not part of its file.
  public var convolution = ConvolutionAlgorithm.automatic

  /// Makes a model of given parameters; throws unless `specification` is sound and the parameters
  /// are exactly those that it asks for, in shape and name.
  public init(
    specification: ModelSpecification, parameters: [String: HostArray<Float>],
    training: TrainingRecord? = nil
  ) throws {
    try specification.validate()
    try ParameterLayout(specification).check(parameters)
    self.specification = specification
    self.parameters = parameters
    self.training = training
  }

  /// Makes a fresh model: PyTorch's default initialisation, in the gated dense layers of image
  /// models N(0, 2/inputs), drawn from `seed`. Pseudo-inputs that start from data are the first of
  /// `items` `[n, …itemShape]` (grey where training binarises) with noise. Throws where there are
  /// too few of them.
  public init(
    specification: ModelSpecification, seed: UInt64, items: HostArray<Float>? = nil
  ) throws {
    try specification.validate()
    var values = ParameterLayout(specification).initialValues(seed: seed)
    try specification.pseudoInputs?.start(&values, from: items)
    self.specification = specification
    self.parameters = values
    self.training = nil
  }

  /// A store of the parameters, for plans.
  package func store() throws -> ParameterStore {
    let store = try ParameterStore(parameters)
    store.convolution = convolution
    return store
  }

  /// The number of parameters.
  public var parameterCount: Int { ParameterLayout(specification).trainedCount }
}
