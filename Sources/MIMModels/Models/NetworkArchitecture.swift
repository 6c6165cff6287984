/// The shape of an encoder or decoder network, without its input and output sizes.
public enum NetworkArchitecture: Sendable, Hashable, Codable, RawRepresentable {
  /// A multilayer perceptron with these hidden widths, first layer first; none means that the
  /// heads are linear in the input.
  case mlp([Int])

  /// Reads `mlp(300, 300)`.
  public init?(rawValue: String) {
    guard rawValue.hasPrefix("mlp("), rawValue.hasSuffix(")") else { return nil }
    let inner = rawValue.dropFirst(4).dropLast()
    let words = inner.split(separator: ",").map { $0.filter { $0 != " " } }
    let widths = words.compactMap { Int($0) }
    guard widths.count == words.count else { return nil }
    self = .mlp(widths)
  }

  /// The word used in scripts and files, `mlp(300, 300)`.
  public var rawValue: String {
    switch self {
    case .mlp(let hidden): "mlp(" + hidden.map(String.init).joined(separator: ", ") + ")"
    }
  }
}

/// The non-linearity between layers.
public enum ActivationKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// Hyperbolic tangent.
  case tanh
  /// max(0, x).
  case relu
  /// x · σ(x) (Ramachandran, Zoph and Le 2017, arXiv:1710.05941).
  case swish
}
