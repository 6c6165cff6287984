/// The shape of an encoder or decoder network, without its input and output sizes.
public enum NetworkArchitecture: Sendable, Hashable, Codable, RawRepresentable {
  /// A multilayer perceptron with these hidden widths, first layer first; none means that the
  /// heads are linear in the input. In a two-level model its layers are gated.
  case mlp([Int])
  /// Gated convolutions (Tomczak and Welling 2018, arXiv:1705.07120, section 4).
  case conv
  /// A PixelCNN decoder (van den Oord et al. 2016, arXiv:1601.06759): one masked 3×3 convolution
  /// of kind A, `layers` − 1 of kind B, each with batch normalisation and ReLU.
  case pixelcnn(layers: Int, channels: Int)

  /// Reads `mlp(300, 300)`, `conv` or `pixelcnn(layers=8, channels=64)`.
  public init?(rawValue: String) {
    if rawValue == "conv" {
      self = .conv
    } else if let values = Self.arguments(of: rawValue, word: "mlp") {
      let widths = values.compactMap { Int($0) }
      guard widths.count == values.count else { return nil }
      self = .mlp(widths)
    } else if let values = Self.arguments(of: rawValue, word: "pixelcnn"), values.count == 2,
      values[0].hasPrefix("layers="), values[1].hasPrefix("channels="),
      let layers = Int(values[0].dropFirst(7)), let channels = Int(values[1].dropFirst(9))
    {
      self = .pixelcnn(layers: layers, channels: channels)
    } else {
      return nil
    }
  }

  /// The word used in scripts and files, `mlp(300, 300)`.
  public var rawValue: String {
    switch self {
    case .mlp(let hidden): "mlp(" + hidden.map(String.init).joined(separator: ", ") + ")"
    case .conv: "conv"
    case .pixelcnn(let layers, let channels): "pixelcnn(layers=\(layers), channels=\(channels))"
    }
  }

  /// Whether it sees items as images.
  var isConvolutional: Bool {
    if case .mlp = self { false } else { true }
  }

  private static func arguments(of text: String, word: String) -> [String]? {
    guard text.hasPrefix("\(word)("), text.hasSuffix(")") else { return nil }
    return text.dropFirst(word.count + 1).dropLast().split(separator: ",").map {
      $0.filter { $0 != " " }
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
