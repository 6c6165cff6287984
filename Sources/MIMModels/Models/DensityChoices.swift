/// The word of a mixture with `k` components, `gmm(k)`, shared by every place that accepts one.
enum MixtureWord {
  static func text(_ components: Int, word: String = "gmm") -> String { "\(word)(\(components))" }

  static func components(of text: String, word: String = "gmm") -> Int? {
    guard text.hasPrefix("\(word)("), text.hasSuffix(")") else { return nil }
    return Int(text.dropFirst(word.count + 1).dropLast())
  }
}

/// The family of the decoder p(x|z).
public enum LikelihoodKind: Sendable, Hashable, Codable, RawRepresentable {
  /// A diagonal Gaussian.
  case normal
  /// Independent Bernoulli variables, one per value.
  case bernoulli
  /// Independent logistic variables in 256 levels, one per value (`DiscretisedLogistic`).
  case logistic
  /// A mixture of `k` diagonal Gaussians.
  case gmm(Int)

  /// Reads `normal`, `bernoulli`, `logistic` or `gmm(k)`.
  public init?(rawValue: String) {
    switch rawValue {
    case "normal": self = .normal
    case "bernoulli": self = .bernoulli
    case "logistic": self = .logistic
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
    case .logistic: "logistic"
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

/// The choice of the prior p(z).
public enum PriorKind: Sendable, Hashable, Codable, RawRepresentable {
  /// The standard normal N(0, I).
  case normal
  /// A diagonal Gaussian with learned mean and scale.
  case learned
  /// A learned mixture of `k` diagonal Gaussians.
  case gmm(Int)
  /// The marginal of the encoder (see `MarginalPrior`).
  case marginal
  /// A mixture of the encoder over pseudo-inputs (`PseudoInputs`).
  case vampprior(PseudoInputs)

  /// Reads `normal`, `learned`, `marginal`, `gmm(k)` or `vampprior(k, init=…)`.
  public init?(rawValue: String) {
    switch rawValue {
    case "normal": self = .normal
    case "learned": self = .learned
    case "marginal": self = .marginal
    default:
      if let inputs = PseudoInputs(rawValue: rawValue) {
        self = .vampprior(inputs)
      } else if let components = MixtureWord.components(of: rawValue) {
        self = .gmm(components)
      } else {
        return nil
      }
    }
  }

  /// The word used in scripts and files.
  public var rawValue: String {
    switch self {
    case .normal: "normal"
    case .learned: "learned"
    case .marginal: "marginal"
    case .gmm(let components): MixtureWord.text(components)
    case .vampprior(let inputs): inputs.rawValue
    }
  }
}

/// The choice of the marginal q(x).
public enum MarginalKind: Sendable, Hashable, Codable, RawRepresentable {
  /// The importance-sampled marginal of the decoder (the default).
  case marginal
  /// The anchor: the known density of toy data.
  case data
  /// A diagonal Gaussian with learned mean and scale.
  case learned
  /// A learned mixture of `k` diagonal Gaussians.
  case gmm(Int)
  /// A mixture of the decoder over `k` learned codes (`MarginalEstimators.pseudoInputMixture`).
  case vampprior(Int)

  /// Reads `marginal`, `data`, `learned`, `gmm(k)` or `vampprior(k)`.
  public init?(rawValue: String) {
    switch rawValue {
    case "marginal": self = .marginal
    case "data": self = .data
    case "learned": self = .learned
    default:
      if let components = MixtureWord.components(of: rawValue) {
        self = .gmm(components)
      } else if let codes = MixtureWord.components(of: rawValue, word: "vampprior") {
        self = .vampprior(codes)
      } else {
        return nil
      }
    }
  }

  /// The word used in scripts and files.
  public var rawValue: String {
    switch self {
    case .marginal: "marginal"
    case .data: "data"
    case .learned: "learned"
    case .gmm(let components): MixtureWord.text(components)
    case .vampprior(let codes): MixtureWord.text(codes, word: "vampprior")
    }
  }
}
