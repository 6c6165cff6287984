import MIMTensor

extension DataTransform {
  /// Items `[n, …]` as their file has them, for tables. Scaling and its inverse round; many numbers near each other become the same scaled
  /// one. Of these the one with the fewest decimals is taken, which is what the file had where it has no more than six digits or so: 17.4
  /// and not 17.399999, and two equal numbers stay equal. Items of other transforms than a scaling are in their own units, rounded.
  public func asWritten(_ items: HostArray<Float>) -> HostArray<Float> {
    var own = inOwnUnits(items)
    guard steps.count == 1, case .scale(let shift, let scale) = steps[0],
      own.rowSize == shift.count, own.count == items.count
    else { return own }
    let width = own.rowSize
    var elements = own.elements
    for start in stride(from: 0, to: elements.count, by: max(1, width)) {
      for feature in 0..<width {
        let scaled = items.elements[start + feature]
        elements[start + feature] = Self.fewestDecimals(near: elements[start + feature]) {
          DataTransform.scaled($0, shift[feature], scale[feature]) == scaled
        }
      }
    }
    own = HostArray(elements, shape: own.shape)
    return own
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
