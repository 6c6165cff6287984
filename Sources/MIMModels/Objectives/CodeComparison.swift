import MIMTensor

/// What an encoder alone is trained by: how much its codes know of the places of a feature map, and of the map as a whole (Hjelm et al. 2019,
/// arXiv:1808.06670, equation 8).
public struct CodeComparison: Sendable {
  let bound: PairBound
  /// β: of each place.
  let localWeight: Double
  /// α: of the whole map.
  let globalWeight: Double
  /// The units whose dot products are the scores.
  let units: Int

  /// Compares with the places of the map, the whole of it, or both. Precondition: weights of at least 0, one of them above, and a unit or more.
  public init(bound: PairBound, localWeight: Double, globalWeight: Double, units: Int) {
    (self.bound, self.units) = (bound, units)
    (self.localWeight, self.globalWeight) = (localWeight, globalWeight)
  }

  /// The names of both terms: columns of the history.
  static let localName = "local"
  static let globalName = "global"

  /// The terms that have a weight.
  func terms(of encoder: FeatureEncoder, codes: Int) -> [ComparisonTerm] {
    [
      ComparisonTerm(
        name: Self.localName, bound: bound, weight: Float(localWeight), isLocal: true,
        features: encoder.channels, codes: codes, units: units),
      ComparisonTerm(
        name: Self.globalName, bound: bound, weight: Float(globalWeight), isLocal: false,
        features: encoder.channels * encoder.places, codes: codes, units: units),
    ].filter { $0.weight > 0 }
  }
}

/// A bound on what codes know of features, with the networks that score them.
struct ComparisonTerm: Sendable {
  let name: String
  let weight: Float
  private let bound: PairBound
  private let isLocal: Bool
  private let features: ScoreNetwork
  private let codes: ScoreNetwork

  init(
    name: String, bound: PairBound, weight: Float, isLocal: Bool, features: Int, codes: Int,
    units: Int
  ) {
    (self.name, self.bound, self.weight, self.isLocal) = (name, bound, weight, isLocal)
    self.features = ScoreNetwork(name: "\(name)_features", inputs: features, units: units)
    self.codes = ScoreNetwork(name: "\(name)_codes", inputs: codes, units: units)
  }

  var parameters: [ParameterDeclaration] { features.parameters + codes.parameters }
  var descriptions: [LayerDescription] { [features.description, codes.description] }

  /// Minus the bound, times the weight: a scalar. `codes` `[batch, latent]`, `map` `[batch, channels, places]`.
  func loss(codes values: Tensor, map: Tensor) -> Tensor {
    let (batch, channels, places) = (map.shape[0], map.shape[1], map.shape[2])
    let rows =
      isLocal
      ? map.transpose().reshape([batch * places, channels])
      : map.reshape([batch, channels * places])
    return bound.loss(FeatureScores(codes: codes.apply(values), features: features.apply(rows)))
      * weight
  }
}
