/// h·sigmoid(g). Inputs: x = [h | g] along `axis`, or, without an axis, h and g of one shape.
package struct Gate: Operation {
  package let axis: Int?
  package init(axis: Int?) { self.axis = axis }
  package var name: String { "gate" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    context.inputs[0].graph.append(
      GateGradient(axis: axis), inputs: context.inputs + context.outputGradients,
      shapes: context.inputs.map(\.shape))
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    2 * outputs[0].count
  }
}

/// The gradients of `Gate`'s inputs. Inputs: those of the gate, the outer gradient.
package struct GateGradient: Operation {
  package let axis: Int?
  package init(axis: Int?) { self.axis = axis }
  package var name: String { "gateGradient" }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    5 * inputs[inputs.count - 1].count
  }
}

extension Tensor {
  /// h·sigmoid(g) for x = [h | g] along `axis`. Precondition: the extent is even.
  public func gated(axis: Int) -> Tensor {
    let axis = normalizedAxis(axis)
    precondition(shape[axis] % 2 == 0, "gate along axis \(axis) of shape \(shape)")
    var extents = shape.dimensions
    extents[axis] /= 2
    return applying(Gate(axis: axis), shape: Shape(extents))
  }

  /// h·sigmoid(g) with `self` as h. Precondition: of one shape.
  public func gated(by g: Tensor) -> Tensor {
    precondition(shape == g.shape, "\(shape) gated by \(g.shape)")
    return graph.append(Gate(axis: nil), inputs: [self, g], shape: shape)
  }

  /// h(x)·sigmoid(g(x)) for two affine maps h and g of x [batch, in]: a gated dense layer.
  public func gatedAffine(
    h: (weight: Tensor, bias: Tensor), g: (weight: Tensor, bias: Tensor)
  ) -> Tensor {
    let halves = affine(heads: [h, g])
    return halves[0].gated(by: halves[1])
  }
}
