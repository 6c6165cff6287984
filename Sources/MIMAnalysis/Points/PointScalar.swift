import CKernels

/// A floating-point type that points may come in. Distances and estimates are always computed in
/// `Double`, so an estimate does not depend on the type beyond the rounding of the input itself.
public protocol PointScalar: BinaryFloatingPoint & Sendable {
  /// The elements as `Double`, in the same order.
  static func widened(_ elements: ArraySlice<Self>) -> [Double]
  /// Writes so many of them as `Double`, in the same order.
  static func widen(
    _ elements: UnsafePointer<Self>, count: Int, into target: UnsafeMutablePointer<Double>)
  /// The nearest values of this type, in the same order.
  static func narrowed(_ elements: [Double]) -> [Self]
}

extension Float: PointScalar {
  /// The elements as `Double`, in the same order.
  public static func widened(_ elements: ArraySlice<Float>) -> [Double] {
    elements.map { Double($0) }
  }

  /// Writes so many of them as `Double`, in the same order.
  public static func widen(
    _ elements: UnsafePointer<Float>, count: Int, into target: UnsafeMutablePointer<Double>
  ) {
    mim_widen(elements, count, target)
  }

  /// The elements rounded to `Float`.
  public static func narrowed(_ elements: [Double]) -> [Float] { elements.map { Float($0) } }
}

extension Double: PointScalar {
  /// The elements themselves.
  public static func widened(_ elements: ArraySlice<Double>) -> [Double] { [Double](elements) }

  /// Copies so many of them.
  public static func widen(
    _ elements: UnsafePointer<Double>, count: Int, into target: UnsafeMutablePointer<Double>
  ) {
    target.update(from: elements, count: count)
  }

  /// The elements themselves.
  public static func narrowed(_ elements: [Double]) -> [Double] { elements }
}
