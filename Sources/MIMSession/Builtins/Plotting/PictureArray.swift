import MIMFigures
import MIMModels
import MIMScript
import MIMTensor

/// Items as images: pixel values and their layout.
struct PictureArray {
  /// `[image, height, width, channels]`, row-major.
  let pixels: [Float]
  let width: Int
  let height: Int
  let channels: Int
  /// What black and white are.
  let range: ClosedRange<Float>
  /// The number of images.
  var count: Int { pixels.count / max(1, width * height * channels) }

  /// Items `[n, …]` as images; nil when an item is no image. A projection or scaling is undone
  /// first.
  init?(
    _ items: HostArray<Float>, kind: ValueKind, transform: DataTransform?, shape picture: Shape?
  ) throws {
    var items = items
    var kind = kind
    if let transform, transform.outputCount == items.rowSize {
      guard let source = transform.inputCount,
        PictureArray.layout(picture.flatMap { $0.count == source ? $0 : nil } ?? [source]) != nil
      else { return nil }
      items = try transform.inverse(items)
      kind = .gray
    }
    let itemShape = Shape(Array(items.shape.dimensions.dropFirst()))
    let shape = picture.flatMap { $0.count == itemShape.count ? $0 : nil } ?? itemShape
    guard kind != .real || shape.rank > 1, let layout = PictureArray.layout(shape) else {
      return nil
    }
    (channels, height, width) = layout
    pixels = PictureArray.interleaved(items.elements, layout)
    // Of a scaled table, pixels have the table's units: 0 to 16, or to 255.
    let isInUnits = transform != nil && items.elements.contains { $0 > 2 }
    range = kind == .real || isInUnits ? PictureArray.range(of: items.elements) : 0...1
  }

  /// Images as they are.
  init(pixels: [Float], width: Int, height: Int, channels: Int, range: ClosedRange<Float>) {
    self.pixels = pixels
    self.width = width
    self.height = height
    self.channels = channels
    self.range = range
  }

  /// The images of a grid.
  init(_ grid: ImageGrid) {
    self.init(
      pixels: grid.pixels, width: grid.imageWidth, height: grid.imageHeight,
      channels: grid.channels, range: grid.valueRange)
  }

  /// Channels, height, width of an image-shaped item.
  static func layout(_ shape: Shape) -> (channels: Int, height: Int, width: Int)? {
    switch shape.rank {
    case 3 where shape[0] == 1 || shape[0] == 3: return (shape[0], shape[1], shape[2])
    case 2 where shape[0] > 1 && shape[1] > 1: return (1, shape[0], shape[1])
    case 1:
      let side = Int(Double(shape[0]).squareRoot().rounded())
      return side >= 4 && side * side == shape[0] ? (1, side, side) : nil
    default: return nil
    }
  }

  private static func interleaved(
    _ values: [Float], _ layout: (channels: Int, height: Int, width: Int)
  ) -> [Float] {
    guard layout.channels > 1 else { return values }
    let plane = layout.height * layout.width
    let size = plane * layout.channels
    return stride(from: 0, to: values.count, by: size).flatMap { start in
      (0..<size).map { values[start + ($0 % layout.channels) * plane + $0 / layout.channels] }
    }
  }

  private static func range(of values: [Float]) -> ClosedRange<Float> {
    let finite = values.lazy.filter(\.isFinite)
    let low = finite.min() ?? 0
    let high = finite.max() ?? 1
    return low < high ? low...high : low...(low + 1)
  }
}
