import MIMTensor

extension DataTransform {
  /// Items `[n, …]` as their file has them, for tables. Scaling and its inverse round; many numbers near each other become the same scaled
  /// one. Of these the one with the fewest decimals is taken, which is what the file had where it has no more than six digits or so: 17.4
  /// and not 17.399999, and two equal numbers stay equal. Items of other transforms than a scaling are in their own units, rounded.
  public func asWritten(_ items: HostArray<Float>) -> HostArray<Float> {
    guard let scaling = scaling(of: items) else { return inOwnUnits(items) }
    var elements = items.elements
    let width = items.rowSize
    for start in stride(from: 0, to: elements.count, by: max(1, width)) {
      for feature in 0..<width {
        elements[start + feature] = Self.written(
          elements[start + feature], scaling.shift[feature], scaling.scale[feature])
      }
    }
    return HostArray(elements, shape: items.shape)
  }

  /// One value of each item as its file has it. Precondition: the items have one at that place.
  public func asWritten(_ items: HostArray<Float>, at place: Int) -> [Float] {
    func column(_ items: HostArray<Float>) -> [Float] {
      stride(from: place, to: items.count, by: items.rowSize).map { items.elements[$0] }
    }
    guard let scaling = scaling(of: items) else { return column(inOwnUnits(items)) }
    return column(items).map { Self.written($0, scaling.shift[place], scaling.scale[place]) }
  }

  /// The scaling, where it is all that was done to such items.
  private func scaling(of items: HostArray<Float>) -> (shift: [Float], scale: [Float])? {
    guard steps.count == 1, case .scale(let shift, let scale) = steps[0],
      items.rowSize == shift.count
    else { return nil }
    return (shift, scale)
  }

  /// A scaled number as it was.
  private static func written(_ scaled: Float, _ shift: Float, _ scale: Float) -> Float {
    fewestDecimals(near: scaled * scale + shift) { self.scaled($0, shift, scale) == scaled }
  }

  /// Scaling of a number, with one rounding for each operation.
  static func scaled(_ value: Float, _ shift: Float, _ scale: Float) -> Float {
    (value - shift) / scale
  }

  /// The number with the fewest decimals that is as near as `fits` wants it; the number itself where none is.
  private static func fewestDecimals(near value: Float, fits: (Float) -> Bool) -> Float {
    guard value.isFinite else { return value }
    var power = 1.0
    // More digits than a float has say nothing.
    while power < 1e15, abs(Double(value)) * power < 1e9 {
      let rounded = Float((Double(value) * power).rounded() / power)
      if fits(rounded) { return rounded }
      power *= 10
    }
    return value
  }
}
