extension ModelSpecification {
  /// The largest number of parameters that a model may have.
  public static let maximalParameterCount = 1 << 27
  private static let maximalWidth = 1 << 20
  private static let maximalItemSize = 1 << 24
  private static let maximalComponents = 1000

  /// Throws `ModelError.unusableOption` naming the first option that can't be used, alone or
  /// beside the others.
  public func validate() throws {
    try validateSizes()
    try validateNumbers()
    try validateFamilies()
    try validateImageNetworks()
    try validateLevels()
    try validatePseudoInputs()
    try validateParameterCount()
  }

  private func validateSizes() throws {
    try require(
      !itemDimensions.isEmpty && itemDimensions.allSatisfy { $0 > 0 && $0 <= Self.maximalWidth },
      "items", "\(itemDimensions)", "every dimension must be a positive number")
    try require(
      Self.product(itemDimensions) <= Self.maximalItemSize, "items", "\(itemDimensions)",
      "an item has at most \(Self.maximalItemSize) values")
    try require(
      (1...2).contains(latentSizes.count), "levels", "\(latentSizes.count)",
      "a model has 1 or 2 latent levels")
    for size in latentSizes { try requireWidth("z", size) }
    for (name, network) in [("enc", encoder), ("dec", decoder)] {
      guard case .mlp(let hidden) = network else { continue }
      try require(hidden.count <= 100, name, network.rawValue, "more than 100 hidden layers")
      for width in hidden { try requireWidth(name, width) }
    }
    let counts = [
      ("likelihood", likelihood.rawValue), ("posterior", posterior.rawValue),
      ("prior", prior.rawValue), ("qx", marginal.rawValue),
    ]
    for (name, word) in counts {
      guard let components = MixtureWord.components(of: word) else { continue }
      try require(
        (1...Self.maximalComponents).contains(components), name, word,
        "a mixture has 1 to \(Self.maximalComponents) components")
    }
  }

  private func validateNumbers() throws {
    try require(
      beta.isFinite && beta >= 0, "beta", "\(beta)", "it must be a finite number of at least 0")
    try require(
      minScale >= 1e-12 && minScale <= 1, "min_scale", "\(minScale)",
      "it must be between 1e-12 and 1")
  }

  private func validateFamilies() throws {
    if likelihood == .bernoulli {
      try require(
        valueKind != .real, "likelihood", "bernoulli",
        "the data has real values; use likelihood=normal")
    }
    if likelihood == .logistic {
      try require(
        valueKind == .gray, "likelihood", "logistic",
        "it is for grey images, but the data has \(valueKind.rawValue) values; use "
          + (valueKind == .binary ? "likelihood=bernoulli" : "likelihood=normal"))
    }
    if objective == .ae {
      try require(
        posterior == .delta, "posterior", posterior.rawValue,
        "an autoencoder's encoder is a function; use posterior=delta or kind vae")
      try require(
        entropy == .keep, "entropy", "flip", "an autoencoder has no entropy term")
    } else {
      try require(
        posterior != .delta, "posterior", "delta",
        "a point has no density, which \(objective.rawValue) needs; use kind ae")
    }
    if likelihood == .bernoulli, objective != .ae {
      switch marginal {
      case .learned, .gmm, .data:
        throw ModelError.unusableOption(
          name: "qx", value: marginal.rawValue,
          reason: "a Gaussian density isn't suitable for binary values; use qx=marginal")
      case .marginal, .vampprior: break
      }
    }
  }

  private func validateParameterCount() throws {
    var total = 0
    for declaration in ParameterLayout(self).declarations {
      total = min(total + Self.product(declaration.shape.dimensions), Int.max / 4)
    }
    try require(
      total <= Self.maximalParameterCount, "enc/dec", "\(encoder.rawValue)/\(decoder.rawValue)",
      "the model would have more than \(Self.maximalParameterCount) parameters")
  }

  /// The product, or a very large number where it overflows.
  private static func product(_ extents: [Int]) -> Int {
    var product = 1
    for extent in extents {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow || next > Int.max / 4 { return Int.max / 4 }
      product = next
    }
    return product
  }

  func requireWidth(_ name: String, _ width: Int) throws {
    try require(
      width > 0 && width <= Self.maximalWidth, name, "\(width)",
      "a width must be between 1 and \(Self.maximalWidth)")
  }

  func require(
    _ condition: Bool, _ name: String, _ value: String, _ reason: String
  ) throws {
    guard condition else {
      throw ModelError.unusableOption(name: name, value: value, reason: reason)
    }
  }
}
