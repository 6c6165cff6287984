/// What a component is as a method of the literature: a row of the table of methods.
public struct MethodNote: Sendable {
  /// Its name, `Importance-weighted autoencoder`.
  public let name: String
  /// What a script writes, `model iwae(5) DATA`.
  public let words: String
  /// What is minimised, or what the distribution is; nil: the formula of the objective.
  public let equation: String?
  /// Where it comes from, `Burda et al. 2016, arXiv:1509.00519`.
  public let source: String
  /// What it is good for.
  public let use: String
  /// What it costs beside a VAE with the same networks.
  public let cost: String

  /// Makes a row.
  public init(
    _ name: String, words: String, equation: String? = nil, source: String, use: String,
    cost: String
  ) {
    self.name = name
    self.words = words
    self.equation = equation
    self.source = source
    self.use = use
    self.cost = cost
  }
}

extension Catalog {
  /// The components that are methods, by what they are part of: objectives, posteriors, priors, networks, densities.
  public var methods: [(part: String, note: MethodNote, formula: String?)] {
    func notes(
      _ part: String, _ types: [any Component.Type]
    ) -> [(part: String, note: MethodNote, formula: String?)] {
      types.compactMap { type in type.method.map { (part, $0, type.usualFormula) } }
    }
    return notes("objective", objectives) + notes("q(z\\|x)", posteriors)
      + notes("p(z)", priors) + notes("q(x)", marginals)
      + notes("p(x\\|z)", likelihoods + networks) + notes("p(x) alone", flows)
  }
}

extension Component {
  /// What an objective minimises with its usual arguments; nil for others.
  fileprivate static var usualFormula: String? {
    guard let values = try? ArgumentValues().checked(against: arguments),
      let objective = self.init(values) as? any ObjectiveComponent
    else { return nil }
    return objective.objective(.keep)?.formula
  }
}
