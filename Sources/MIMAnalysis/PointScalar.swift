/// A floating-point type that points may come in. Distances and estimates are always computed in
/// `Double`, so an estimate does not depend on the type beyond the rounding of the input itself.
public protocol PointScalar: BinaryFloatingPoint & Sendable {
  /// The elements as `Double`, in the same order.
  static func widened(_ elements: ArraySlice<Self>) -> [Double]
}

extension Float: PointScalar {
  /// The elements as `Double`, in the same order.
  public static func widened(_ elements: ArraySlice<Float>) -> [Double] {
    elements.map(Double.init)
  }
}

extension Double: PointScalar {
  /// The elements themselves.
  public static func widened(_ elements: ArraySlice<Double>) -> [Double] { [Double](elements) }
}
