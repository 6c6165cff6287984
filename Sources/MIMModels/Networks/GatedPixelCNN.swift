/// A gated PixelCNN decoder (van den Oord et al. 2016, arXiv:1606.05328).
struct GatedPixelCNN: PixelwiseDecoder {
  static let kind = "a PixelCNN"
  static let word = "gatedpixelcnn"
  static let summary =
    "a gated autoregressive decoder of two stacks: each pixel depends on z, the class if wanted, and all pixels before it"
  static let method: MethodNote? = MethodNote(
    "gated PixelCNN", words: "model vae DATA enc=conv dec=gatedpixelcnn(layers=5)",
    equation:
      "p(x|z) = Π_i p(x_i | x_<i, z), layers tanh(W_f ∗ x + V_f ∗ h) ⊙ σ(W_g ∗ x + V_g ∗ h), h a map of z and the class",
    source: "van den Oord et al. 2016, arXiv:1606.05328, equations 4 and 5",
    use: "sharp images of a class; no blind spot",
    cost: "several convolutions a layer; draws row by row and pixel by pixel")
  static let arguments = [
    ComponentArgument(
      "layers", .integer(1...64), usual: .integer(5), isNamed: true,
      "gated layers; the first sees 3 rows and columns, each other one more"),
    ComponentArgument(
      "channels", .integer(1...1024), usual: .integer(32), isNamed: true, "channels of each stack"),
    ComponentArgument(
      "maps", .integer(1...256), usual: .integer(4), isNamed: true,
      "channels of the image that z becomes"),
    ComponentArgument(
      "labels",
      .word([
        ArgumentWord("no", [], "p(x|z)"),
        ArgumentWord(
          "yes", [], "p(x|z, y) of the item's class y, which then stands before z in codes"),
      ]), usual: .word("no", [:]), isNamed: true,
      "whether each gate has a bias of its own for each class"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var ownActivation: String? { "gated" }
  var seesClasses: Bool { values.word("labels").name == "yes" }

  func validate(as option: String, of specification: ModelSpecification) throws {
    try requireImageDecoder(option, specification)
    try specification.require(
      specification.levels == 1, option, text,
      "it takes codes of one level; use levels=1, or dec=pixelcnn")
    try specification.requireOwnDraws(option, text, instead: "dec=pixelcnn")
  }

  func gatedDecoder(
    codes names: [String], of specification: ModelSpecification
  ) -> any DecoderNetwork {
    let (image, channels) = (specification.imageSize, values.integer("channels"))
    let (maps, classes) = (values.integer("maps"), specification.heldClasses)
    var features = image
    features.channels = channels
    return GatedPixelDecoder(
      map: Linear(
        name: "\(names[0]).map", inputs: specification.latentSize - classes,
        outputs: maps * image.height * image.width),
      maps: maps, classes: classes, image: image,
      stack: GatedPixelStack(
        name: "gatedpixelcnn", inputs: image.channels, channels: channels,
        depth: values.integer("layers"), conditions: maps + classes),
      head: specification.pixelHead(.image(features)))
  }
}

extension NetworkChoice {
  /// A gated PixelCNN decoder of so many layers and channels, z entering as an image of `maps` channels; `labels`: the class too.
  public static func gatedPixelCNN(
    layers: Int = 5, channels: Int = 32, maps: Int = 4, labels: Bool = false
  ) -> NetworkChoice {
    NetworkChoice(
      GatedPixelCNN([
        "layers": .integer(layers), "channels": .integer(channels), "maps": .integer(maps),
        "labels": .word(labels ? "yes" : "no", [:]),
      ]))
  }
}
