import MIMTensor

/// a + c tanh(d a + e) = t for a, elementwise, where 1 + c d > 0: the left side grows with a, so there is one solution. Flows of
/// tanh units have no inverse in closed form; this is it, within a plan.
enum TanhEquation {
  /// Halvings of the interval [t − |c|, t + |c|]: after these its width is below the rounding of a `Float`.
  private static let halvings = 26

  /// a, with its gradients by all four. The search passes none; one step of Newton's method from its end does, and as the
  /// equation holds there, those are the exact ones (implicit function theorem).
  static func solution(target t: Tensor, factor c: Tensor, slope d: Tensor, offset e: Tensor)
    -> Tensor
  {
    let found = search(t.stopGradient(), c.stopGradient(), d.stopGradient(), e.stopGradient())
    let bent = (d * found + e).tanh()
    let excess = found + c * bent - t
    let slope = 1 + c * d * (1 - bent.square())
    return found - excess / slope.stopGradient()
  }

  private static func search(_ t: Tensor, _ c: Tensor, _ d: Tensor, _ e: Tensor) -> Tensor {
    let reach = c.abs()
    var middle = t
    var width = reach
    for _ in 0..<halvings {
      // 1 where the left side is too large, so that a lies below, else −1.
      let isAbove = (middle + c * (d * middle + e).tanh()).greater(t)
      width = width * 0.5
      middle = middle - width * (isAbove * 2 - 1)
    }
    return middle.stopGradient()
  }
}
