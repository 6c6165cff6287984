import MIMTensor

/// What a decoder that goes pixel by pixel is told of an item beside its code.
public enum ItemCondition: Sendable, Hashable {
  /// Nothing: each pixel given z and the pixels that were drawn before it.
  case none
  /// The earlier pixels of the item itself for each pixel (teacher forcing), as in the authors' `PixelHVAE_2level.forward`.
  case earlierPixels
  /// So many rows of the image from its top; the others are drawn one after another.
  case rows(Int)
}

extension ModelSpecification {
  /// The pixels of items `[n, …itemShape]` that a condition gives before anything is drawn; nil where it gives none, or all earlier ones at
  /// each pixel. Throws `ModelError.unusableRequest` where the decoder has no place for it.
  func knownPixels(
    of items: HostArray<Float>, _ condition: ItemCondition
  ) throws -> KnownPixels? {
    guard condition != .none else { return nil }
    guard decoder.component.isAutoregressive else {
      throw ModelError.unusableRequest(reason: Self.conditionProblem)
    }
    guard case .rows(let count) = condition else { return nil }
    let image = imageSize
    guard (1...image.height).contains(count) else {
      throw ModelError.unusableRequest(
        reason:
          "the images have \(image.height) rows, and \(count) of them can't be given; use condition=rows(1) to rows(\(image.height))"
      )
    }
    return KnownPixels(items, count: count * image.width)
  }

  /// Why most decoders have no condition, and the way out.
  public static let conditionProblem =
    "a condition is for decoders that go pixel by pixel (dec=pixelcnn, gatedpixelcnn or window), and this one makes an item of its "
    + "code alone; leave out condition="
}
