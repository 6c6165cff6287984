/// log Σ eˣ along one axis, without overflow; −∞ where every x is −∞.
package struct LogSumExp: Operation {
  package let axis: Int
  package init(axis: Int) { self.axis = axis }
  package var name: String { "logSumExp" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    [context.outputGradients[0] * context.inputs[0].softmax(axis: axis)]
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    3 * inputs[0].count
  }
}

/// eˣ / Σ eˣ along one axis.
package struct Softmax: Operation {
  package let axis: Int
  package init(axis: Int) { self.axis = axis }
  package var name: String { "softmax" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    let (outer, output) = (context.outputGradients[0], context.outputs[0])
    let mean = (outer * output).sum(axes: [axis], keepingDimensions: true)
    return [output * (outer - mean)]
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    4 * inputs[0].count
  }
}

extension Tensor {
  /// log Σ eˣ along `axis`, without overflow.
  public func logSumExp(axis: Int, keepingDimensions: Bool = false) -> Tensor {
    let axis = normalizedAxis(axis)
    var extents = shape.dimensions
    extents[axis] = 1
    let result = applying(LogSumExp(axis: axis), shape: Shape(extents))
    if keepingDimensions { return result }
    extents.remove(at: axis)
    return result.reshape(Shape(extents))
  }

  /// eˣ / Σ eˣ along `axis`.
  public func softmax(axis: Int) -> Tensor { applying(Softmax(axis: normalizedAxis(axis))) }

  /// x − log Σ eˣ along `axis`.
  public func logSoftmax(axis: Int) -> Tensor {
    self - logSumExp(axis: axis, keepingDimensions: true)
  }
}
