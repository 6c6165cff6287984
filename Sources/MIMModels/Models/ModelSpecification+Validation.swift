extension ModelSpecification {
  /// The largest number of parameters that a model may have.
  public static let maximalParameterCount = 1 << 27
  static let maximalWidth = 1 << 20
  private static let maximalItemSize = 1 << 24

  /// Throws `ModelError.unusableOption` naming the first option that can't be used, alone or
  /// beside the others.
  public func validate() throws {
    try validateSizes()
    try validateNumbers()
    try validateComponents()
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
  }

  /// Each choice by itself, then beside the others.
  private func validateComponents() throws {
    try objective.validate()
    try posterior.validate()
    try prior.validate()
    try marginal.validate()
    try likelihood.validate()
    try encoder.validate(as: "enc")
    try decoder.validate(as: "dec")
    try flow?.validate()
    try validateFamilies()
    try validateFlow()
    try encoder.component.validate(as: "enc", of: self)
    try decoder.component.validate(as: "dec", of: self)
    try validateGated()
    try validateLevels()
    try validateClasses()
    let ofRest = withoutClasses
    try posterior.component.validate(beside: ofRest)
    try prior.component.validate(beside: ofRest)
    try marginal.component.validate(beside: ofRest)
    try likelihood.component.validate(beside: ofRest)
  }

  private func validateNumbers() throws {
    try require(
      beta.isFinite && beta >= 0, "beta", "\(beta)", "it must be a finite number of at least 0")
    try require(
      minScale >= 1e-12 && minScale <= 1, "min_scale", "\(minScale)",
      "it must be between 1e-12 and 1")
  }

  private func validateFamilies() throws {
    if let misfit = likelihood.component.misfit(valueKind) {
      try require(false, "likelihood", likelihood.description, misfit)
    }
    let kind = objective.component
    try require(
      labelNames == nil || needsLabels, ObjectiveSlot.option, objective.description,
      "it doesn't see the classes of items; use kind csvae, or dec=gatedpixelcnn(labels=yes)")
    try require(
      (labelNames?.count ?? 0) <= Self.maximalWidth, ObjectiveSlot.option, objective.description,
      "there are more than \(Self.maximalWidth) classes")
    try require(
      kind.objective(entropy) != nil, "entropy", entropy.rawValue, kind.flipProblem)
    try require(
      posterior.component.hasDensity || !kind.needsDensities, "posterior",
      posterior.description,
      "a point has no density, which \(objective.word) needs; use kind ae")
    try kind.validate(beside: self)
  }

  /// A density of items alone has a flow, and nobody else has one.
  private func validateFlow() throws {
    guard objective.component.modelsItemsAlone else {
      return try require(
        flow == nil, FlowSlot.option, flow.map(\.description) ?? "",
        "a model of kind `\(objective.word)` has p(x|z) and p(z) instead; use prior=maf(4), or kind flow"
      )
    }
    guard let flow else {
      return try require(false, FlowSlot.option, "none", "kind flow needs one; use flow=maf(5)")
    }
    try require(
      latentSizes == [itemSize], "z", "\(latentSizes)",
      "the codes of a flow are as many as the values of an item, \(itemSize)")
    try flow.component.validate(beside: self)
  }

  /// Gated encoders give a diagonal Gaussian, and not every likelihood has a form behind gated decoders.
  private func validateGated() throws {
    if isGated(encoder), !encodesAlone {
      let givesCodes = levels == 1 && posterior.component.unitsOfPlace != nil
      try require(
        posterior.component.isDiagonalGaussian || givesCodes, "posterior", posterior.description,
        "gated encoders have a normal q(z|x); use posterior=normal, or enc=mlp(300) with levels=1")
    }
    if isGated(decoder) {
      try require(
        likelihood.component.gatedForm != nil, "likelihood", likelihood.description,
        "gated decoders cannot have this p(x|z); use likelihood=normal, or dec=mlp(300) with levels=1"
      )
    }
  }

  /// A decoder that sees classes gets them with the code, behind which the rest of the model knows nothing of them.
  private func validateClasses() throws {
    guard decoder.component.seesClasses else { return }
    try require(
      !type(of: objective.component).needsLabels, "dec", decoder.description,
      "`\(objective.word)` has units for the class already; use labels=no")
    try require(
      (labelNames?.count ?? 0) > 1, "dec", decoder.description,
      "it sees the class of each item, and these are of less than two; use labels=no, or items with labels"
    )
    try require(
      objective.component.objective(entropy)?.hasDecoderBranch != true, "dec",
      decoder.description,
      "`\(objective.word)` decodes codes of no item, which have no class; use kind vae, or labels=no"
    )
    try require(
      posterior.component.unitsOfPlace == nil, "dec", decoder.description,
      "codes of a codebook or on a map have no units for the class; use labels=no, or kind vae")
    try require(
      marginal == .marginal, MarginalSlot.option, marginal.description,
      "a q(x) of its own knows no classes; use qx=marginal, or labels=no")
    try require(
      prior.component.hasDensity, PriorSlot.option, prior.description,
      "there would be no class to draw; use prior=normal, or labels=no")
    try require(
      latentSize > heldClasses, "z", "\(latentSize)",
      "beside the \(heldClasses) units of the class there must be one of z; use z=2")
  }

  private func validateLevels() throws {
    guard levels > 1 else { return }
    try require(
      anchor == .learned, "anchor", anchor.rawValue,
      "with two levels the decoder branch draws from p(z2) p(z1|z2); use anchor=learned")
  }

  private func validateParameterCount() throws {
    var total = 0
    for declaration in ParameterLayout(self).declarations {
      total = min(total + Self.product(declaration.shape.dimensions), Int.max / 4)
    }
    try require(
      total <= Self.maximalParameterCount, "enc/dec", "\(encoder)/\(decoder)",
      "the model would have more than \(Self.maximalParameterCount) parameters")
  }

  /// The product, or a very large number where it overflows.
  static func product(_ extents: [Int]) -> Int {
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

  /// The items as images of 1 or 3 channels, which `network` as `option` needs; throws where they aren't.
  func requireImage(_ option: String, _ network: String) throws -> ImageSize {
    guard let image = ImageSize(itemDimensions) else {
      throw ModelError.unusableOption(
        name: option, value: network,
        reason: "it needs images, but the items are vectors of \(itemSize) values; "
          + "use \(option)=mlp(300)")
    }
    try require(
      image.channels == 1 || image.channels == 3, option, network,
      "images must have 1 or 3 channels, but these have \(image.channels); use \(option)=mlp(300)")
    return image
  }

  /// Throws where training draws images in every step, for which a network takes a pass for each pixel.
  func requireOwnDraws(_ option: String, _ network: String, instead: String) throws {
    try require(
      objective.component.objective(entropy)?.hasDecoderBranch != true, option, network,
      "`\(objective.word)` draws images in every step, which takes a pass for each pixel here; "
        + "use kind amim or vae, or \(instead)")
  }

  /// Throws `ModelError.unusableOption` unless `condition` holds.
  public func require(
    _ condition: Bool, _ name: String, _ value: String, _ reason: String
  ) throws {
    guard condition else {
      throw ModelError.unusableOption(name: name, value: value, reason: reason)
    }
  }
}
