extension ModelSpecification {
  enum CodingKeys: String, CodingKey {
    case objective, beta, entropy, itemDimensions, valueKind, likelihood, posterior, prior, marginal
    case anchor, flow, encoder, decoder, activation, latentSizes, minScale, transform
    case labelNames
  }

  /// Files written before there were levels have one number.
  private enum EarlierKeys: String, CodingKey { case latentSize }

  /// Reads what is written, and the form without levels.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    objective = try values.decode(ObjectiveChoice.self, forKey: .objective)
    beta = try values.decode(Double.self, forKey: .beta)
    entropy = try values.decode(EntropyTreatment.self, forKey: .entropy)
    itemDimensions = try values.decode([Int].self, forKey: .itemDimensions)
    valueKind = try values.decode(ValueKind.self, forKey: .valueKind)
    likelihood = try values.decode(LikelihoodChoice.self, forKey: .likelihood)
    posterior = try values.decode(PosteriorChoice.self, forKey: .posterior)
    prior = try values.decode(PriorChoice.self, forKey: .prior)
    marginal = try values.decode(MarginalChoice.self, forKey: .marginal)
    anchor = try values.decode(AnchorKind.self, forKey: .anchor)
    flow = try values.decodeIfPresent(FlowChoice.self, forKey: .flow)
    encoder = try values.decode(NetworkChoice.self, forKey: .encoder)
    self.decoder = try values.decode(NetworkChoice.self, forKey: .decoder)
    activation = try values.decode(ActivationKind.self, forKey: .activation)
    minScale = try values.decode(Double.self, forKey: .minScale)
    transform = try values.decodeIfPresent(DataTransform.self, forKey: .transform)
    labelNames = try values.decodeIfPresent([String].self, forKey: .labelNames)
    if let sizes = try values.decodeIfPresent([Int].self, forKey: .latentSizes) {
      latentSizes = sizes
    } else {
      let earlier = try decoder.container(keyedBy: EarlierKeys.self)
      latentSizes = [try earlier.decode(Int.self, forKey: .latentSize)]
    }
  }

  /// The components as they are written, by their keys in files.
  var componentTexts: [String: String] {
    [
      "objective": "\(objective)", "likelihood": "\(likelihood)", "posterior": "\(posterior)",
      "prior": "\(prior)", "marginal": "\(marginal)", "encoder": "\(encoder)",
      "decoder": "\(decoder)",
    ].merging(flow.map { ["flow": "\($0)"] } ?? [:]) { own, _ in own }
  }
}
