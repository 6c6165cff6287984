/// Along one axis a 1 at the least number, at the first of several alike, and 0 elsewhere; NaN is passed over. A choice: no gradient flows
/// through it.
package struct FirstLeast: Operation {
  package let axis: Int
  package init(axis: Int) { self.axis = axis }
  package var name: String { "firstLeast" }

  package func gradient(_ context: GradientContext) -> [Tensor?] { [nil] }
}

extension Tensor {
  /// Of each line along `axis` a 1 at the least number, at the first of several alike, and 0 elsewhere; as every choice it has no
  /// gradient.
  public func firstLeast(axis: Int) -> Tensor {
    applying(FirstLeast(axis: normalizedAxis(axis)))
  }
}
