/// The word of a mixture with `k` components, `gmm(k)`, shared by every place that accepts one.
enum MixtureWord {
  static func text(_ components: Int) -> String { "gmm(\(components))" }

  static func components(of text: String) -> Int? {
    guard text.hasPrefix("gmm("), text.hasSuffix(")") else { return nil }
    return Int(text.dropFirst(4).dropLast())
  }
}

/// The family of the decoder p(x|z).
public enum LikelihoodKind: Sendable, Hashable, Codable, RawRepresentable {
  /// A diagonal Gaussian.
  case normal
  /// Independent Bernoulli variables, one per value.
  case bernoulli
  /// A mixture of `k` diagonal Gaussians.
  case gmm(Int)

  /// Reads `normal`, `bernoulli` or `gmm(k)`.
  public init?(rawValue: String) {
    switch rawValue {
    case "normal": self = .normal
    case "bernoulli": self = .bernoulli
    default:
      guard let components = MixtureWord.components(of: rawValue) else { return nil }
      self = .gmm(components)
    }
  }

  /// The word used in scripts and files.
  public var rawValue: String {
    switch self {
    case .normal: "normal"
    case .bernoulli: "bernoulli"
    case .gmm(let components): MixtureWord.text(components)
    }
  }
}

/// The family of the encoder q(z|x).
public enum PosteriorKind: Sendable, Hashable, Codable, RawRepresentable {
  /// A diagonal Gaussian.
  case normal
  /// A mixture of `k` diagonal Gaussians.
  case gmm(Int)
  /// A point: z is a function of x (autoencoders).
  case delta

  /// Reads `normal`, `delta` or `gmm(k)`.
  public init?(rawValue: String) {
    switch rawValue {
    case "normal": self = .normal
    case "delta": self = .delta
    default:
      guard let components = MixtureWord.components(of: rawValue) else { return nil }
      self = .gmm(components)
    }
  }

  /// The word used in scripts and files.
  public var rawValue: String {
    switch self {
    case .normal: "normal"
    case .delta: "delta"
    case .gmm(let components): MixtureWord.text(components)
    }
  }
}

/// What stands for the prior p(z).
public enum PriorKind: Sendable, Hashable, Codable, RawRepresentable {
  /// The standard normal N(0, I).
  case normal
  /// A diagonal Gaussian with learned mean and scale.
  case learned
  /// A learned mixture of `k` diagonal Gaussians.
  case gmm(Int)
  /// The marginal of the encoder (see `MarginalPrior`).
  case marginal

  /// Reads `normal`, `learned`, `marginal` or `gmm(k)`.
  public init?(rawValue: String) {
    switch rawValue {
    case "normal": self = .normal
    case "learned": self = .learned
    case "marginal": self = .marginal
    default:
      guard let components = MixtureWord.components(of: rawValue) else { return nil }
      self = .gmm(components)
    }
  }

  /// The word used in scripts and files.
  public var rawValue: String {
    switch self {
    case .normal: "normal"
    case .learned: "learned"
    case .marginal: "marginal"
    case .gmm(let components): MixtureWord.text(components)
    }
  }
}

/// What stands for the marginal q(x).
public enum MarginalKind: Sendable, Hashable, Codable, RawRepresentable {
  /// The importance-sampled marginal of the decoder (the default).
  case marginal
  /// The anchor: the known density of toy data.
  case data
  /// A diagonal Gaussian with learned mean and scale.
  case learned
  /// A learned mixture of `k` diagonal Gaussians.
  case gmm(Int)

  /// Reads `marginal`, `data`, `learned` or `gmm(k)`.
  public init?(rawValue: String) {
    switch rawValue {
    case "marginal": self = .marginal
    case "data": self = .data
    case "learned": self = .learned
    default:
      guard let components = MixtureWord.components(of: rawValue) else { return nil }
      self = .gmm(components)
    }
  }

  /// The word used in scripts and files.
  public var rawValue: String {
    switch self {
    case .marginal: "marginal"
    case .data: "data"
    case .learned: "learned"
    case .gmm(let components): MixtureWord.text(components)
    }
  }
}
