/// The rules of image networks, levels and pseudo-inputs.
extension ModelSpecification {
  /// The layers and channels that a PixelCNN may have.
  public static let pixelLayers = 1...100
  /// The channels that its layers may have.
  public static let pixelChannels = 1...1024
  /// The pseudo-inputs that a VampPrior may have.
  public static let pseudoInputs = 1...100_000

  func validateImageNetworks() throws {
    if case .pixelcnn = encoder {
      try require(
        false, "enc", encoder.rawValue, "a PixelCNN is a decoder; use enc=conv dec=pixelcnn")
    }
    for (name, network) in [("enc", encoder), ("dec", decoder)] where network.isConvolutional {
      try validateImage(name, network)
    }
    if case .pixelcnn(let layers, let channels) = decoder {
      try require(
        Self.pixelLayers.contains(layers), "dec", decoder.rawValue,
        "layers must be between \(Self.pixelLayers.lowerBound) and \(Self.pixelLayers.upperBound)")
      try require(
        Self.pixelChannels.contains(channels), "dec", decoder.rawValue,
        "channels must be between \(Self.pixelChannels.lowerBound) and "
          + "\(Self.pixelChannels.upperBound)")
    }
    if isGated(encoder) {
      try require(
        posterior == .normal, "posterior", posterior.rawValue,
        "gated encoders have a normal q(z|x); use posterior=normal, or enc=mlp(300) with levels=1")
    }
    if isGated(decoder), case .gmm = likelihood {
      try require(
        false, "likelihood", likelihood.rawValue,
        "gated decoders cannot have a mixture; use likelihood=normal, or dec=mlp(300) with levels=1"
      )
    }
  }

  private func validateImage(_ name: String, _ network: NetworkArchitecture) throws {
    guard let image = ImageSize(itemDimensions) else {
      return try require(
        false, name, network.rawValue,
        "it needs images, but the items are vectors of \(itemSize) values; use \(name)=mlp(300)")
    }
    try require(
      image.channels == 1 || image.channels == 3, name, network.rawValue,
      "images must have 1 or 3 channels, but these have \(image.channels); use \(name)=mlp(300)")
    guard name == "enc" else { return }
    try require(
      image.height.isMultiple(of: 4) && image.width.isMultiple(of: 4), name, network.rawValue,
      "it halves images twice, but \(image.height)×\(image.width) isn't divisible by 4; "
        + "use enc=mlp(300)")
  }

  func validateLevels() throws {
    guard levels == 2 else { return }
    try require(
      objective != .ae, "levels", "2", "an autoencoder has one level; use levels=1 or kind vae")
    try require(
      prior != .marginal, "prior", prior.rawValue,
      "two levels need their own p(z2); use prior=normal or prior=vampprior(500)")
    try require(
      anchor == .learned, "anchor", anchor.rawValue,
      "with two levels the decoder branch draws from p(z2) p(z1|z2); use anchor=learned")
    switch marginal {
    case .marginal, .vampprior: break
    case .data, .learned, .gmm:
      try require(
        false, "qx", marginal.rawValue, "two levels work only with qx=marginal or qx=vampprior(500)"
      )
    }
  }

  func validatePseudoInputs() throws {
    if case .vampprior(let inputs) = prior { try validate(inputs) }
    guard case .vampprior(let count) = marginal else { return }
    try require(
      Self.pseudoInputs.contains(count), "qx", marginal.rawValue, Self.countReason)
    try require(
      objective != .ae, "qx", marginal.rawValue, "an autoencoder has no q(x); leave out qx=")
    if case .pixelcnn = decoder {
      try require(
        false, "qx", marginal.rawValue,
        "a PixelCNN would have to run for every pair of image and pseudo-input; use qx=marginal")
    }
    try require(
      likelihood == .bernoulli || likelihood == .normal, "qx", marginal.rawValue,
      "it needs likelihood=bernoulli or likelihood=normal; use qx=marginal")
  }

  private func validate(_ inputs: PseudoInputs) throws {
    try require(
      Self.pseudoInputs.contains(inputs.count), "prior", inputs.rawValue, Self.countReason)
    try require(
      posterior == .normal, "prior", inputs.rawValue,
      "a VampPrior is a mixture of normal encodings; use posterior=normal")
    if case .normal(let mean, let deviation) = inputs.start {
      try require(
        mean.isFinite && abs(mean) <= 1e6 && deviation >= 0 && deviation <= 1e6, "prior",
        inputs.rawValue,
        "init=normal(mean, deviation) takes finite numbers, and the deviation must not be negative")
    }
  }

  private static var countReason: String {
    "it can have \(pseudoInputs.lowerBound) to \(pseudoInputs.upperBound) pseudo-inputs"
  }
}
