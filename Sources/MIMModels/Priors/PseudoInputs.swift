/// The pseudo-inputs u_k of a VampPrior, p(z) = (1/K) Σ_k q(z|u_k) (Tomczak and Welling 2018,
/// arXiv:1705.07120, equation 9): how many there are and what they start from.
public struct PseudoInputs: Sendable, Hashable {
  /// The number K of pseudo-inputs.
  public var count: Int
  /// Their first values.
  public var start: Start

  /// What pseudo-inputs start from.
  public enum Start: Sendable, Hashable {
    /// The first K training items (before binarisation) + N(0, 0.01²) noise.
    case data
    /// N(mean, deviation²).
    case normal(mean: Double, deviation: Double)
  }

  /// The standard deviation of the noise that is added to training items.
  static let dataNoise = 0.01

  /// The argument that says how many there are, of p(z) and of q(x).
  static let countArgument = ComponentArgument("K", .integer(1...100_000), "pseudo-inputs")

  /// Makes a description; the authors' noise unless said otherwise.
  public init(_ count: Int, start: Start = .normal(mean: 0.05, deviation: 0.01)) {
    self.count = count
    self.start = start
  }

  /// What a component's values say.
  init(_ values: ArgumentValues) {
    let (word, numbers) = values.word("init")
    self.init(
      values.integer("K"),
      start: word == "data"
        ? .data : .normal(mean: numbers.number("mean"), deviation: numbers.number("deviation")))
  }

  /// The values that say this.
  var values: ArgumentValues {
    let start: ArgumentValue =
      switch start {
      case .data: .word("data", [:])
      case .normal(let mean, let deviation):
        .word("normal", ["mean": .number(mean), "deviation": .number(deviation)])
      }
    return ["K": .integer(count), "init": start]
  }
}
