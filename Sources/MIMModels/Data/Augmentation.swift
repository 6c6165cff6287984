import MIMCPU
import MIMTensor

/// Training images with new random versions in every epoch: a random affine transform, noise in place of
/// the rounding to bytes, and then the data set's transform. The data set's own items are the images
/// without the first two.
public struct Augmentation: Sendable {
  /// The images as bytes, row after row.
  private let pixels: [UInt8]
  /// The shape of one image, `[1, height, width]`.
  private let imageShape: Shape
  /// The random affine transforms; nil: none.
  public let affine: RandomAffine?
  /// Whether items are (byte + u) / 256 with u uniform in 0…1, clamped to 0.001…0.999
  /// (dequantisation; Uria, Murray, Larochelle 2013, arXiv:1306.0186), else byte / 255.
  public let dequantises: Bool
  /// What follows.
  private let transform: DataTransform?

  /// The number of images.
  public var count: Int { pixels.count / max(1, imageShape.count) }

  /// Makes it of images `[n, 1, height, width]` with intensities byte / 255.
  /// - Throws: `DataError.wrongItemShape` for items that are no such images.
  init(of images: HostArray<Float>, affine: RandomAffine?, dequantises: Bool) throws {
    let shape = Shape(Array(images.shape.dimensions.dropFirst()))
    guard shape.rank == 3, shape[0] == 1, shape[1] < 32_768, shape[2] < 32_768 else {
      throw DataError.wrongItemShape(expected: [1, 28, 28], found: shape)
    }
    self.init(
      pixels: images.elements.map { UInt8(min(max(($0 * 255).rounded(), 0), 255)) },
      imageShape: shape, affine: affine, dequantises: dequantises, transform: nil)
  }

  private init(
    pixels: [UInt8], imageShape: Shape, affine: RandomAffine?, dequantises: Bool,
    transform: DataTransform?
  ) {
    self.pixels = pixels
    self.imageShape = imageShape
    self.affine = affine
    self.dequantises = dequantises
    self.transform = transform
  }

  /// The same with a further transform behind. Throws when that does not fit.
  func followed(by next: DataTransform) throws -> Augmentation {
    let whole = try transform?.followed(by: next) ?? next
    guard whole.inputCount == imageShape.count else {
      throw DataError.transformDoesNotFit(
        detail: "it takes \(whole.inputCount ?? 0) values, but images have \(imageShape.count)")
    }
    return Augmentation(
      pixels: pixels, imageShape: imageShape, affine: affine, dequantises: dequantises,
      transform: whole)
  }

  /// The first `count` images.
  func prefix(_ count: Int) -> Augmentation {
    Augmentation(
      pixels: Array(pixels.prefix(count * imageShape.count)), imageShape: imageShape,
      affine: affine, dequantises: dequantises, transform: transform)
  }

  /// New versions of all images, `[n, …]` in their order, as the model takes them. The same stream
  /// gives the same numbers.
  public func items(using random: inout RandomStream) -> HostArray<Float> {
    // In parts, so that only one part, which fits the caches, is ever held as whole images.
    let part = 256
    var elements: [Float] = []
    var shape = imageShape
    var dequantisation = dequantises ? Dequantisation(imageShape.count * part, using: &random) : nil
    for first in stride(from: 0, to: count, by: part) {
      let images = images(first..<min(first + part, count), using: &random, &dequantisation)
      let items = applied(images)
      shape = Shape(Array(items.shape.dimensions.dropFirst()))
      if first == 0 { elements.reserveCapacity(count * shape.count) }
      elements += items.elements
    }
    return HostArray(elements, shape: Shape([count] + shape.dimensions))
  }

  private func applied(_ images: HostArray<Float>) -> HostArray<Float> {
    guard let transform else { return images }
    guard let items = try? transform.apply(images) else {
      preconditionFailure("a transform that was checked does not take \(images.shape)")
    }
    return items
  }

  private func images(
    _ range: Range<Int>, using random: inout RandomStream,
    _ dequantisation: inout Dequantisation?
  ) -> HostArray<Float> {
    let moved = moved(range, using: &random)
    let values =
      dequantisation?.values(of: moved) ?? moved.map { Float($0) / 255 }
    return HostArray(values, shape: Shape([range.count] + imageShape.dimensions))
  }

  /// The bytes of some images, each moved or not.
  private func moved(_ range: Range<Int>, using random: inout RandomStream) -> [UInt8] {
    let (size, height, width) = (imageShape.count, imageShape[1], imageShape[2])
    var moved = Array(pixels[range.lowerBound * size..<range.upperBound * size])
    guard let affine else { return moved }
    pixels.withUnsafeBufferPointer { pixels in
      moved.withUnsafeMutableBufferPointer { moved in
        guard let from = pixels.baseAddress, let to = moved.baseAddress else { return }
        for (row, image) in range.enumerated() {
          affine.motion(width: width, height: height, using: &random)?.move(
            from + image * size, into: to + row * size, width: width, height: height)
        }
      }
    }
    return moved
  }
}

/// The noise in place of the rounding to bytes, drawn in bulk: every pixel of every epoch needs a number.
private struct Dequantisation {
  private let seed: UInt64
  private let table: UniformTable
  private var part: UInt64 = 0

  /// Draws for at most `count` bytes at a time.
  init(_ count: Int, using random: inout RandomStream) {
    seed = random.next()
    table = UniformTable(count: count)
  }

  mutating func values(of bytes: [UInt8]) -> [Float] {
    defer { part += 1 }
    return table.withDraws(seed: seed, stream: "dequantisation", step: part) { noise in
      bytes.withUnsafeBufferPointer { bytes in
        [Float](unsafeUninitializedCapacity: bytes.count) { values, count in
          dequantise(bytes, noise: noise, into: values)
          count = bytes.count
        }
      }
    }
  }
}

extension Augmentation: CustomStringConvertible {
  /// `random affine, dequantised`.
  public var description: String {
    [affine.map { _ in "random affine" }, dequantises ? "dequantised" : nil]
      .compactMap { $0 }.joined(separator: ", ")
  }
}

extension Dataset {
  /// The data set with training images that are redrawn every epoch. Validation and test items stay
  /// as they are.
  /// - Throws: `DataError.badOption` unless the items are grey images as they were read.
  public func augmented(affine: RandomAffine?, dequantises: Bool) throws -> Dataset {
    guard affine != nil || dequantises else { return self }
    guard valueKind == .gray, binarisation == .none, transform == nil else {
      throw DataError.badOption(
        option: affine == nil ? "dequantize" : "augment", value: affine == nil ? "true" : "affine",
        rule: "needs gray images that are neither binarised nor scaled, unlike those of \(name)")
    }
    var dataset = self
    dataset.augmentation = try Augmentation(
      of: train.items, affine: affine, dequantises: dequantises)
    return dataset
  }

  /// The training items of an epoch: new versions of augmented images, else the items themselves.
  public func trainingItems(epoch: Int = 0, seed: UInt64) -> HostArray<Float> {
    guard let augmentation else { return train.items }
    var random = RandomStream(seed: seed, stream: "augmentation.epoch.\(epoch)")
    return augmentation.items(using: &random)
  }
}
