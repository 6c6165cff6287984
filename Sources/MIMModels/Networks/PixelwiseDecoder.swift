/// A network of p(x|z) that draws an image pixel after pixel, and can't be an encoder.
protocol PixelwiseDecoder: NetworkComponent {
  /// What it is, for the error where it was meant as an encoder: `a PixelCNN`.
  static var kind: String { get }
}

extension PixelwiseDecoder {
  static var isEncoder: Bool { false }
  var isConvolutional: Bool { true }
  var isAutoregressive: Bool { true }
  var companion: NetworkChoice? { .conv }

  /// Throws `ModelError.unusableOption` where it is no decoder of images.
  func requireImageDecoder(_ option: String, _ specification: ModelSpecification) throws {
    try specification.require(
      option == "dec", option, text, "\(Self.kind) is a decoder; use enc=conv dec=\(Self.word)")
    _ = try specification.requireImage(option, text)
  }

  func gatedItems(
    _ name: String, isTop: Bool, of specification: ModelSpecification
  ) -> LayerStack { preconditionFailure("\(Self.kind) as encoder: validation saw to it") }
}
