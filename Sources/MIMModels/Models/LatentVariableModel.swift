import MIMTensor

/// A model as networks over symbolic tensors: what training, inference and evaluation see of it.
/// Flat and hierarchical models differ only behind this; codes of two levels are [z1, z2] side by
/// side.
package protocol LatentVariableModel: Sendable {
  /// Its arrays, in the order of its layers.
  var parameters: [ParameterDeclaration] { get }

  /// Its layers, for the summary.
  var layers: [LayerDescription] { get }

  /// Whether p(x|z) = Π p(x_i | x_<i, z), so that a plan can't draw x: `PixelSampler` does.
  var isAutoregressive: Bool { get }

  /// The PixelCNN that p(x|z) is; nil for other decoders.
  var pixelDecoder: PixelDecoder? { get }

  /// The pseudo-inputs of its prior; nil for other priors.
  var vampPrior: VampPrior? { get }

  /// Networks that are trained beside it; nil where the objective has none.
  var adversary: (any Adversary)? { get }

  /// Whether arrays take their first values from the first batch of a training.
  var startsFromData: Bool { get }

  /// Notes the first values of these arrays, of the first batch's rows.
  func noteFirstValues(of rows: Tensor, noise: NoiseSource, in noted: StatisticUpdates)

  /// q of the level that p(z) stands for by itself, q(z|u) or q(z2|u), for pseudo-inputs u `[K, item]`. Precondition: the prior has
  /// pseudo-inputs; validation saw to it that this encoder is Gaussian.
  func gaussianOfPseudoInputs(_ u: Tensor) -> DiagonalGaussian

  /// Where the decoder branch takes log q(x) where it has no density of its own.
  var decoderMarginal: DecoderMarginal { get }

  /// The units of codes that hold an item's class, the first ones; 0 where there are none.
  var labelUnits: Int { get }

  /// The items of rows that programs see, `[batch, item]`: the rows themselves in models that see items alone.
  func items(of rows: Tensor) -> Tensor

  /// The one-hot classes of rows, `[batch, classes]`; nil in models that see items alone.
  func classes(of rows: Tensor) -> Tensor?

  /// p(z) beside rows: where it depends on their class, that of each. Nil where it is the encoder's marginal.
  func prior(beside rows: Tensor, sharing shared: SharedParts) -> (any Distribution)?

  /// q(z|x), `x` `[batch, item]`; rows where the model sees more than items.
  func posterior(of x: Tensor, sharing shared: SharedParts) -> any Distribution

  /// p(x|z), `z` `[batch, latent]`. An autoregressive decoder gives its conditionals at the x that
  /// it observes. `statistics` is what batch normalisation goes by.
  func likelihood(
    of z: Tensor, observing x: Tensor?, statistics: NormalizationStatistics
  ) -> any Distribution

  /// p(z) for a batch; nil where it is the encoder's marginal.
  func prior(in graph: Graph, batch: Int, sharing shared: SharedParts) -> (any Distribution)?

  /// log q(x) of a q(x) with its own density, `[batch]`; nil for the importance-sampled one.
  func logMarginal(of x: Tensor) -> Tensor?

  /// The codes that the decoder branch starts from, `[batch, latent]`; x is the data's batch.
  func anchorCodes(beside x: Tensor, noise: NoiseSource, sharing shared: SharedParts) -> Tensor
}

extension LatentVariableModel {
  /// No array does.
  package var startsFromData: Bool { false }

  /// There is nothing to note.
  package func noteFirstValues(
    of rows: Tensor, noise: NoiseSource, in noted: StatisticUpdates
  ) {}

  /// Nil.
  package var adversary: (any Adversary)? { nil }

  /// None.
  package var labelUnits: Int { 0 }

  /// The rows.
  package func items(of rows: Tensor) -> Tensor { rows }

  /// Nil.
  package func classes(of rows: Tensor) -> Tensor? { nil }

  /// The same for every row.
  package func prior(beside rows: Tensor, sharing shared: SharedParts) -> (any Distribution)? {
    prior(in: rows.graph, batch: rows.shape[0], sharing: shared)
  }

  /// p(x|z) outside training: batch normalisation goes by its running statistics.
  package func likelihood(of z: Tensor, observing x: Tensor? = nil) -> any Distribution {
    likelihood(of: z, observing: x, statistics: .running)
  }
}

/// The estimate of log q(x) in the decoder branch.
package enum DecoderMarginal: Sendable {
  /// The importance-sampled marginal at a z drawn from q(z|x) anew (flat models).
  case reconstructed
  /// log p(x|z) at the z that x came from (two-level models).
  case decoderDensity
}

/// A layer for the summary: its name and what it does.
public struct LayerDescription: Sendable {
  /// Its name in the reference's PyTorch state.
  public let name: String
  /// What it does, `2 → 50, tanh`.
  public let description: String
  /// Its learned numbers.
  public let parameterCount: Int

  /// Makes a description.
  public init(name: String, description: String, parameterCount: Int) {
    self.name = name
    self.description = description
    self.parameterCount = parameterCount
  }
}

extension ModelSpecification {
  /// Whether items have codes: those of all models but densities that make one value after another.
  public var hasCodes: Bool { dataDensity?.hasCodes ?? true }

  /// p(x) of a density of items alone; nil for models with codes.
  package var dataDensity: (any DataDensity)? { flow?.component.density(for: self) }

  /// The table of model types: the networks that this specification describes. `density` is that
  /// of the data, where it is known.
  package func network(density: MixtureDensity? = nil) -> any LatentVariableModel {
    if let own = dataDensity { return DensityModel(self, density: own) }
    if let comparison = objective.component.comparison(for: self) {
      return EncoderModel(self, comparison: comparison)
    }
    if let attributes {
      return heldClasses > 0
        ? ClassConditionedModel(self, attributes: attributes)
        : SubspaceModel(self, attributes: attributes)
    }
    return levels == 2 ? TwoLevelModel(self) : FlatModel(self, density: density)
  }
}
