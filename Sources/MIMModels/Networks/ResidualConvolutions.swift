/// The networks of the convolutional VQ-VAE (van den Oord et al. 2017, arXiv:1711.00937, section 4.1): two convolutions that halve an image,
/// and residual blocks; the decoder is their mirror image.
struct ResidualConvolutions: NetworkComponent {
  static let word = "residual"
  static let summary =
    "4×4 convolutions of stride 2 and residual blocks, as in the VQ-VAE"
  static let arguments = [
    ComponentArgument(
      "blocks", .integer(0...32), usual: .integer(2), isNamed: true, "residual blocks"),
    ComponentArgument(
      "channels", .integer(2...1024), usual: .integer(64), isNamed: true, "channels of each layer"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var isConvolutional: Bool { true }
  /// Its mirror image.
  var companion: NetworkChoice? { NetworkChoice(self) }
  var ownActivation: String? { "relu" }
  private var channels: Int { values.integer("channels") }

  func validate(as option: String, of specification: ModelSpecification) throws {
    let image = try specification.requireImage(option, text)
    try specification.require(
      specification.levels == 1, option, text,
      "it makes codes of one level; use levels=1, or \(option)=conv")
    try specification.require(
      image.height.isMultiple(of: 4) && image.width.isMultiple(of: 4), option, text,
      "it halves images twice, but \(image.height)×\(image.width) isn't divisible by 4; "
        + "use \(option)=mlp(300)")
  }

  private func blocks(_ name: String, from first: Int, _ size: ImageSize) -> [ResidualBlock] {
    (0..<values.integer("blocks")).map {
      ResidualBlock(name: "\(name).\(first + $0)", output: size)
    }
  }

  func gatedItems(
    _ name: String, isTop: Bool, of specification: ModelSpecification
  ) -> LayerStack {
    let image = specification.imageSize
    let half = MapConvolution(
      name: "\(name).0", input: image, channels: channels, kernel: 4, stride: 2, isRectified: true)
    let quarter = MapConvolution(
      name: "\(name).1", input: half.output, channels: channels, kernel: 4, stride: 2,
      isRectified: false)
    var layers: [any Layer] = [half, quarter]
    for block in blocks(name, from: 2, quarter.output) { layers.append(block) }
    return LayerStack(
      layers: layers, itemShape: image.dimensions, outputs: quarter.output.count)
  }

  func gatedDecoder(
    codes names: [String], of specification: ModelSpecification
  ) -> any DecoderNetwork {
    var map = specification.imageSize
    (map.channels, map.height, map.width) = (channels, map.height / 4, map.width / 4)
    let name = "p_x_layers"
    let inner = blocks(name, from: 0, map)
    let half = DoublingConvolution(
      name: "\(name).\(inner.count)", input: map, channels: channels)
    let whole = DoublingConvolution(
      name: "\(name).\(inner.count + 1)", input: half.output, channels: channels / 2)
    return ResidualDecoder(
      entry: entry(names[0], map, of: specification), map: map,
      blocks: inner, doublings: [half, whole],
      head: specification.pixelHead(.image(whole.output)))
  }

  /// Codes of a map of the decoder's own extents enter place by place.
  private func entry(
    _ name: String, _ map: ImageSize, of specification: ModelSpecification
  ) -> ResidualDecoder.Entry {
    guard let places = specification.codePlaces, places.height == map.height,
      places.width == map.width, let input = ImageSize([places.dim, map.height, map.width])
    else {
      return .rows(
        Linear(name: "\(name).map", inputs: specification.latentSize, outputs: map.count))
    }
    return .places(
      places,
      MapConvolution(
        name: "\(name).map", input: input, channels: channels, kernel: 3, stride: 1,
        isRectified: false))
  }
}

extension NetworkChoice {
  /// Convolutions with residual blocks.
  public static func residual(blocks: Int = 2, channels: Int = 64) -> NetworkChoice {
    NetworkChoice(
      ResidualConvolutions(["blocks": .integer(blocks), "channels": .integer(channels)]))
  }
}
