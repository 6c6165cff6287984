import MIMTensor

/// A Gaussian at each place of a convolutional encoder's map, through convolutional inverse autoregressive flows.
struct ConvolutionalFlowPosterior: PosteriorComponent {
  static let word = "iaf_map"
  static let summary =
    "a Gaussian at each place of the map of enc=conv or enc=residual through K convolutional IAFs"
  static let method: MethodNote? = MethodNote(
    "IAF, convolutional",
    words: "model freebits(0.5, groups=channels) DATA enc=residual posterior=iaf_map(2)",
    equation:
      "z' = (z − 0.1 m) e^{−0.1 s}, (m, s) of later places, earlier channels and x, K times",
    source: "Kingma et al. 2016, arXiv:1606.04934, and the authors' code",
    use: "codes on a map, with a flexible q(z|x)",
    cost: "K small networks over the map; the density of given codes takes a pass for each unit")
  static let arguments = [
    ComponentArgument("K", .integer(1...64), usual: .integer(2), "steps"),
    ComponentArgument(
      "channels", .integer(1...1024), usual: .integer(4), isNamed: true, "units at each place"),
    ComponentArgument(
      "hidden", .integer(1...4096), usual: .integer(32), isNamed: true,
      "channels of the two hidden layers of a step"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  private var channels: Int { values.integer("channels") }

  var unitsOfPlace: Int? { channels }
  var knowsChannels: Bool { true }
  var isSlowAtGivenCodes: Bool { true }

  func validate(beside specification: ModelSpecification) throws {
    func require(_ condition: Bool, _ reason: String) throws {
      try specification.require(condition, PosteriorSlot.option, text, reason)
    }
    try require(
      specification.encoder.component.isConvolutional,
      "its codes have places on the map of an image's encoder; use enc=residual, or posterior=iaf(4)"
    )
    guard let places = specification.codePlaces else { return }
    try specification.require(
      specification.latentSize == places.units, "z", "\(specification.latentSize)",
      "`enc=\(specification.encoder)` makes \(places.height)×\(places.width) codes of \(channels), \(places.units) units; "
        + "leave z= out, or use z=\(places.units)")
    let hidden = values.hidden
    try require(
      hidden.isMultiple(of: channels) || channels.isMultiple(of: hidden),
      "\(hidden) hidden channels are no multiple of \(channels); use hidden=\(channels * max(1, hidden / channels))"
    )
    try FlowArguments.requireFeasible(
      values, size: specification.latentSize, beside: specification, PosteriorSlot.option, text,
      instead: "fewer steps or channels, or the kind amim")
  }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    preconditionFailure("codes on a map of a perceptron: validation saw to it")
  }

  func mapEncoder(
    _ layers: LayerStack, of specification: ModelSpecification
  ) -> (any EncoderNetwork)? {
    guard let map = layers.map else { return nil }
    return FlowMapEncoder(
      layers: layers, features: map, channels: channels, hidden: values.hidden,
      count: values.flows, minScale: Float(specification.minScale))
  }
}

extension PosteriorChoice {
  /// A Gaussian of `channels` units at each place of the encoder's map through `count` convolutional inverse autoregressive flows.
  public static func iafMap(_ count: Int, channels: Int = 4, hidden: Int = 32) -> PosteriorChoice {
    PosteriorChoice(
      ConvolutionalFlowPosterior([
        "K": .integer(count), "channels": .integer(channels), "hidden": .integer(hidden),
      ]))
  }
}
