/// Sums over one axis of an array seen as [outer, extent, inner].
package struct Sum: Operation {
  package let axis: Int
  package init(axis: Int) { self.axis = axis }
  package var name: String { "sum" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    [context.outputGradients[0].broadcast(to: context.inputs[0].shape)]
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { inputs[0].count }
}

extension Tensor {
  /// The sum over `axes` (nil: over all). Summed axes stay as extents of 1 if `keepingDimensions`.
  public func sum(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    let summed = Set((axes ?? Array(0..<shape.rank)).map(normalizedAxis))
    var result = summed.count == shape.rank ? summedCompletely() : self
    if summed.count != shape.rank {
      for axis in summed.sorted(by: >) { result = result.summed(overAxis: axis) }
    }
    let kept = shape.dimensions.indices.compactMap { axis in
      summed.contains(axis) ? (keepingDimensions ? 1 : nil) : shape[axis]
    }
    return result.reshape(Shape(kept))
  }

  /// The mean over `axes` (nil: over all).
  public func mean(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    let total = sum(axes: axes, keepingDimensions: keepingDimensions)
    return total * (Float(total.count) / Float(max(count, 1)))
  }

  /// The sum down to a shape that broadcasts to `self.shape`: the gradient of broadcasting.
  package func sum(to target: Shape) -> Tensor {
    if target == shape { return self }
    let padded = target.padded(toRank: shape.rank)
    let axes = shape.dimensions.indices.filter { padded[$0] == 1 && shape[$0] != 1 }
    let result = axes.isEmpty ? self : sum(axes: axes)
    return result.reshape(target)
  }

  private func summedCompletely() -> Tensor {
    let flat = reshape([shape.count])
    return flat.applying(Sum(axis: 0), shape: [1])
  }

  /// Keeps the axis with extent 1.
  private func summed(overAxis axis: Int) -> Tensor {
    var extents = shape.dimensions
    extents[axis] = 1
    return applying(Sum(axis: axis), shape: Shape(extents))
  }
}
