import MIMTensor

/// Multi-scale Real NVP as a density of images (Dinh et al. 2017, arXiv:1605.08803).
struct ImageCouplingFlow: FlowComponent {
  static let word = "realnvp_image"
  static let summary = "images: checkerboard and channel couplings at several scales (Real NVP)"
  static let method: MethodNote? = MethodNote(
    "Real NVP (images)", words: "model flow DATA flow=realnvp_image(2, width=32)",
    equation:
      "(x + t) eˢ on every second pixel or channel, (s, t) of the others, half of the numbers factored out at each scale; −log p(x) with logit and 1/256",
    source: "Dinh et al. 2017, arXiv:1605.08803",
    use: "density of images, draws in one pass, codes of images",
    cost: "6 residual networks for each scale, 4 for the last")
  static let arguments = [
    ComponentArgument(
      "scales", .integer(1...8), usual: .integer(2), "each but the last halves the sides of images"
    ),
    ComponentArgument(
      "width", .integer(1...1024), usual: .integer(32), isNamed: true,
      "channels of the networks of the first scale; twice as many at each further one"),
    ComponentArgument(
      "blocks", .integer(0...32), usual: .integer(2), isNamed: true,
      "residual blocks of each network"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  /// α of the logit, as in the authors' code.
  static let margin: Float = 0.05

  private var count: Int { values.integer("scales") }

  var isConvolutional: Bool { true }

  var description: String {
    "N(0, I) through couplings at \(count) scale\(count == 1 ? "" : "s") with \(values.integer("blocks")) residual blocks of \(values.integer("width")) channels"
  }

  func validate(beside specification: ModelSpecification) throws {
    _ = try specification.requireSqueezable(count - 1, text)
  }

  func density(for specification: ModelSpecification) -> any DataDensity {
    let image = specification.imageSize
    let (count, width, blocks) = (
      count, values.integer("width"), values.integer("blocks")
    )
    let scales: @Sendable (NormalizationStatistics) -> [CouplingScale] = {
      CouplingScale.all(
        count, prefix: "p_x.", image: image, width: width, blocks: blocks, statistics: $0)
    }
    let own = scales(.running)
    return ImageDensity(
      size: image.count, parameters: own.flatMap(\.parameters),
      layers: own.flatMap { $0.inner + $0.outer }.map(\.layerDescription),
      bytes: specification.valueKind == .real ? nil : ByteValues(margin: Self.margin),
      startsFromData: false
    ) { statistics in
      MultiScaleFlow(image: image, levels: scales(statistics).map(\.level))
    }
  }
}

extension MaskedImageCoupling {
  /// For the summary.
  fileprivate var layerDescription: LayerDescription {
    let kind =
      switch mask {
      case .checkerboard: "pixels"
      case .channels: "channels"
      }
    return LayerDescription(
      name: name,
      description: "\(image.text), half of the \(kind), width \(width)",
      parameterCount: parameters.filter { $0.role == .trained }.reduce(0) { $0 + $1.shape.count })
  }
}

extension FlowChoice {
  /// Multi-scale Real NVP: so many scales, the networks of the first of so many channels, and so many residual blocks in each network.
  public static func realnvpImage(
    _ scales: Int = 2, width: Int = 32, blocks: Int = 2
  ) -> FlowChoice {
    FlowChoice(
      ImageCouplingFlow([
        "scales": .integer(scales), "width": .integer(width), "blocks": .integer(blocks),
      ]))
  }
}
