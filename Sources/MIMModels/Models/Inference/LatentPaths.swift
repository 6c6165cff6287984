import MIMTensor

extension Model {
  private static var stepLimit: Int { 1000 }

  /// Decodes codes on lines between posterior means: for an even number of items, pair by pair,
  /// `steps` codes each (both ends included).
  public func interpolatePairs(
    _ items: HostArray<Float>, labels: [Int32]? = nil, steps: Int, threads: Int = 1
  ) throws -> Decoding {
    try requireDecoder()
    try requireSteps(steps)
    guard items.rowCount > 0, items.rowCount.isMultiple(of: 2) else {
      throw ModelError.unusableRequest(
        reason: "interpolation needs pairs of items; give an even number, "
          + "not \(items.rowCount)")
    }
    let means = try encode(items, labels: labels, threads: threads).means
    var elements: [Float] = []
    for pair in 0..<items.rowCount / 2 {
      for weight in Self.weights(steps) {
        elements += zip(means.row(2 * pair), means.row(2 * pair + 1)).map {
          $0 * (1 - weight) + $1 * weight
        }
      }
    }
    return try decodeRows(elements, threads: threads)
  }

  /// Decodes the bilinear grid between the posterior means of four items (top left, top right,
  /// bottom left, bottom right): `steps · steps` codes, row by row.
  public func interpolateCorners(
    _ items: HostArray<Float>, labels: [Int32]? = nil, steps: Int, threads: Int = 1
  ) throws -> Decoding {
    try requireDecoder()
    try requireSteps(steps)
    guard items.rowCount == 4 else {
      throw ModelError.unusableRequest(
        reason: "a bilinear grid has four corners; give 4 items, not \(items.rowCount)")
    }
    let means = try encode(items, labels: labels, threads: threads).means
    var elements: [Float] = []
    for down in Self.weights(steps) {
      for right in Self.weights(steps) {
        for unit in 0..<specification.latentSize {
          let corner = { (index: Int) in means.elements[index * means.rowSize + unit] }
          let top = corner(0) * (1 - right) + corner(1) * right
          let bottom = corner(2) * (1 - right) + corner(3) * right
          elements.append(top * (1 - down) + bottom * down)
        }
      }
    }
    return try decodeRows(elements, threads: threads)
  }

  /// Decodes a grid over two latent dimensions (counted from 0), each from −span to span in
  /// `steps` values, the others zero: `steps · steps` codes, the second dimension falling row by
  /// row, as a picture shows it.
  public func latentGrid(
    dimensions: (Int, Int) = (0, 1), span: Double = 3, steps: Int, threads: Int = 1
  ) throws -> Decoding {
    try requireDecoder()
    try requireSteps(steps)
    let size = specification.latentSize
    guard span.isFinite, span > 0, dimensions.0 != dimensions.1,
      (0..<size).contains(dimensions.0), (0..<size).contains(dimensions.1)
    else {
      throw ModelError.unusableRequest(
        reason: "a latent grid needs two different dimensions of the model's \(size) and a "
          + "positive span")
    }
    let values = Self.weights(steps).map { (2 * $0 - 1) * Float(span) }
    var elements: [Float] = []
    for vertical in values.reversed() {
      for horizontal in values {
        var code = [Float](repeating: 0, count: size)
        code[dimensions.0] = horizontal
        code[dimensions.1] = vertical
        elements += code
      }
    }
    return try decodeRows(elements, threads: threads)
  }

  private func decodeRows(_ elements: [Float], threads: Int) throws -> Decoding {
    let size = specification.latentSize
    return try decode(
      HostArray(elements, shape: [elements.count / size, size]), threads: threads)
  }

  private func requireSteps(_ steps: Int) throws {
    guard (2...Self.stepLimit).contains(steps) else {
      throw ModelError.unusableRequest(
        reason: "steps=\(steps) can't be used: it must be between 2 and \(Self.stepLimit)")
    }
  }

  /// 0 to 1 in `steps` values.
  private static func weights(_ steps: Int) -> [Float] {
    (0..<steps).map { Float($0) / Float(steps - 1) }
  }
}
