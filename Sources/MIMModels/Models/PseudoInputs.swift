/// The pseudo-inputs u_k of a VampPrior, p(z) = (1/K) Σ_k q(z|u_k) (Tomczak and Welling 2018,
/// arXiv:1705.07120, equation 9): how many there are and what they start from.
public struct PseudoInputs: Sendable, Hashable, RawRepresentable {
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

  /// Makes a description; the authors' noise unless said otherwise.
  public init(_ count: Int, start: Start = .normal(mean: 0.05, deviation: 0.01)) {
    self.count = count
    self.start = start
  }

  /// Reads `vampprior(500, init=data)` and `vampprior(500, init=normal(0.05, 0.01))`.
  public init?(rawValue: String) {
    let text = rawValue.filter { $0 != " " }
    guard text.hasPrefix("vampprior("), text.hasSuffix(")") else { return nil }
    let parts = text.dropFirst(10).dropLast().split(separator: ",", maxSplits: 1)
    guard parts.count == 2, let count = Int(parts[0]), parts[1].hasPrefix("init=") else {
      return nil
    }
    let start = parts[1].dropFirst(5)
    if start == "data" {
      self.init(count, start: .data)
      return
    }
    guard start.hasPrefix("normal("), start.hasSuffix(")") else { return nil }
    let numbers = start.dropFirst(7).dropLast().split(separator: ",").map { Double($0) }
    guard numbers.count == 2, let mean = numbers[0], let deviation = numbers[1] else {
      return nil
    }
    self.init(count, start: .normal(mean: mean, deviation: deviation))
  }

  /// The word used in scripts and files.
  public var rawValue: String {
    switch start {
    case .data: "vampprior(\(count), init=data)"
    case .normal(let mean, let deviation):
      "vampprior(\(count), init=normal(\(mean), \(deviation)))"
    }
  }
}
