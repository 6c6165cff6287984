/// A dense, row-major array of numbers in ordinary memory: what goes into the engine and what
/// comes out of it. A value type; copies share storage until one is written.
public struct HostArray<Element: Sendable>: Sendable {
  /// The extents, outermost first.
  public let shape: Shape
  /// The elements in row-major order; there are `shape.count` of them.
  public var elements: [Element] {
    didSet {
      precondition(
        elements.count == shape.count, "\(elements.count) elements for shape \(shape)")
    }
  }

  /// Wraps row-major elements. Precondition: their number fits the shape.
  public init(_ elements: [Element], shape: Shape) {
    precondition(elements.count == shape.count, "\(elements.count) elements for shape \(shape)")
    self.shape = shape
    self.elements = elements
  }

  /// An array holding one value everywhere.
  public init(repeating value: Element, shape: Shape) {
    self.init([Element](repeating: value, count: shape.count), shape: shape)
  }

  /// The number of elements.
  public var count: Int { elements.count }

  /// The number of rows: the extent of the outermost axis (1 for a scalar).
  public var rowCount: Int { shape.rank == 0 ? 1 : shape[0] }

  /// The number of elements in one row.
  public var rowSize: Int { rowCount == 0 ? 0 : count / rowCount }

  /// The elements of row `index` along the outermost axis.
  public func row(_ index: Int) -> ArraySlice<Element> {
    elements[index * rowSize..<(index + 1) * rowSize]
  }

  /// The rows at `indices`, in that order, as a new array.
  public func rows<Indices: Sequence>(_ indices: Indices) -> HostArray
  where Indices.Element == Int {
    let chosen = Array(indices)
    let size = rowSize
    // Row by row from memory to memory: this code is not specialised for every type of elements.
    let gathered = elements.withUnsafeBufferPointer { source in
      [Element](unsafeUninitializedCapacity: chosen.count * size) { place, count in
        guard let from = source.baseAddress, var to = place.baseAddress else { return }
        for index in chosen {
          precondition(index >= 0 && index < rowCount, "row \(index) of \(rowCount)")
          to.initialize(from: from + index * size, count: size)
          to += size
        }
        count = chosen.count * size
      }
    }
    return HostArray(gathered, shape: Shape([chosen.count] + shape.dimensions.dropFirst()))
  }

  /// The same elements under another shape of the same count.
  public func reshaped(to shape: Shape) -> HostArray { HostArray(elements, shape: shape) }
}

extension HostArray: Equatable where Element: Equatable {}

extension HostArray: Codable where Element: Codable {
  private enum CodingKeys: String, CodingKey { case shape, elements }

  /// Reads an array; throws where the elements don't fill the shape.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let shape = try container.decode(Shape.self, forKey: .shape)
    let elements = try container.decode([Element].self, forKey: .elements)
    guard elements.count == shape.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .elements, in: container,
        debugDescription: "\(elements.count) elements for shape \(shape)")
    }
    self.init(elements, shape: shape)
  }

  /// Writes shape and elements.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(shape, forKey: .shape)
    try container.encode(elements, forKey: .elements)
  }
}
