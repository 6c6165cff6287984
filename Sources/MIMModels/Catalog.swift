/// The choices of which models are made. A value: a program may add its own to `standard` and hand the catalogue to its session.
/// Words, options, ranges, help, completion, the reference page and model files all come from it.
public struct Catalog: Sendable {
  /// What training can minimise, the kinds of `model`.
  public var objectives: [any ObjectiveComponent.Type]
  /// Families of q(z|x).
  public var posteriors: [any PosteriorComponent.Type]
  /// What can stand for p(z).
  public var priors: [any PriorComponent.Type]
  /// What can stand for q(x).
  public var marginals: [any MarginalComponent.Type]
  /// Families of p(x|z).
  public var likelihoods: [any LikelihoodComponent.Type]
  /// Densities of items alone.
  public var flows: [any FlowComponent.Type]
  /// Networks of encoders and decoders.
  public var networks: [any NetworkComponent.Type]

  /// What mim-repl has. A component is one line here.
  public static let standard = Catalog(
    objectives: [
      MutualInformationMachine.self, AsymmetricMutualInformationMachine.self,
      VariationalAutoencoder.self, TotalCorrelationAutoencoder.self, FreeBitsAutoencoder.self,
      ImportanceWeightedAutoencoder.self, DiscrepancyAutoencoder.self, ContrastiveMachine.self,
      AdversarialSymmetricAutoencoder.self, SubspaceAutoencoder.self, QuantizedAutoencoder.self,
      Autoencoder.self, DeepInfoMax.self,
      MaximumLikelihood.self,
    ],
    posteriors: [
      NormalPosterior.self, MixturePosterior.self, TriangularPosterior.self, PlanarPosterior.self,
      SylvesterPosterior.self, InverseAutoregressivePosterior.self, CommittedPosterior.self,
      QuantizedPosterior.self, ConvolutionalFlowPosterior.self, CouplingPosterior.self,
      MaskedAutoregressivePosterior.self,
      PointPosterior.self,
    ],
    priors: [
      NormalPrior.self, LearnedPrior.self, MixturePrior.self, EncoderMarginalPrior.self,
      PseudoInputPrior.self, MaskedAutoregressivePrior.self, CouplingPrior.self,
      GlowPrior.self,
      AutoregressivePrior.self, CodePrior.self, PixelCodePrior.self,
      MaskedCodePrior.self,
    ],
    marginals: [
      EstimatedMarginal.self, DataMarginal.self, LearnedMarginal.self, MixtureMarginal.self,
      PseudoCodeMarginal.self, MaskedAutoregressiveMarginal.self, CouplingMarginal.self,
    ],
    likelihoods: [
      NormalLikelihood.self, BernoulliLikelihood.self, LogisticLikelihood.self,
      MixtureLikelihood.self, FixedScaleLikelihood.self, CouplingLikelihood.self,
      MaskedAutoregressiveLikelihood.self,
    ],
    flows: [
      MaskedAutoregressiveFlow.self, CouplingFlow.self, MaskedAutoencoderFlow.self,
      GlowFlow.self, ImageCouplingFlow.self, InverseAutoregressiveFlow.self,
    ],
    networks: [
      Perceptron.self, GatedConvolutions.self, ResidualConvolutions.self, PixelCNN.self,
      GatedPixelCNN.self, LocalDecoder.self,
    ])
}

extension Catalog {
  /// The names of all losses that a component of it may add.
  public var extraLossNames: [String] {
    let types: [any Component.Type] =
      objectives + posteriors + priors + marginals + likelihoods + flows + networks
    return types.flatMap { $0.extraLossNames }
  }

  /// With the components of a model beside, where they aren't there: whoever has the model can read its files.
  func including(_ specification: ModelSpecification) -> Catalog {
    var catalog = self
    func add<Kind>(_ type: Kind, to list: inout [Kind], _ word: (Kind) -> String) {
      if !list.contains(where: { word($0) == word(type) }) { list.append(type) }
    }
    add(type(of: specification.objective.component), to: &catalog.objectives) { $0.word }
    add(type(of: specification.posterior.component), to: &catalog.posteriors) { $0.word }
    add(type(of: specification.prior.component), to: &catalog.priors) { $0.word }
    add(type(of: specification.marginal.component), to: &catalog.marginals) { $0.word }
    add(type(of: specification.likelihood.component), to: &catalog.likelihoods) { $0.word }
    if let flow = specification.flow {
      add(type(of: flow.component), to: &catalog.flows) { $0.word }
    }
    add(type(of: specification.encoder.component), to: &catalog.networks) { $0.word }
    add(type(of: specification.decoder.component), to: &catalog.networks) { $0.word }
    return catalog
  }
}
