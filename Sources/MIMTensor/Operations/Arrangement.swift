/// The same elements under another shape.
package struct Reshape: Operation {
  package var name: String { "reshape" }
  package func gradient(_ context: GradientContext) -> [Tensor?] {
    [context.outputGradients[0].reshape(context.inputs[0].shape)]
  }
  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
}

/// The two innermost axes exchanged.
package struct Transpose: Operation {
  package var name: String { "transpose" }
  package func gradient(_ context: GradientContext) -> [Tensor?] {
    [context.outputGradients[0].transpose()]
  }
  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
}

/// Part of one axis.
package struct Slice: Operation {
  package let axis: Int
  package let start: Int
  package init(axis: Int, start: Int) { (self.axis, self.start) = (axis, start) }
  package var name: String { "slice" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    [
      context.outputGradients[0].padded(
        axis: axis, before: start, to: context.inputs[0].shape[axis])
    ]
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
}

/// Zeros put before and behind along one axis: the gradient of a slice.
package struct Padded: Operation {
  package let axis: Int
  package let before: Int
  package init(axis: Int, before: Int) { (self.axis, self.before) = (axis, before) }
  package var name: String { "padded" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    let extent = context.inputs[0].shape[axis]
    return [context.outputGradients[0].slice(axis: axis, range: before..<before + extent)]
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
}

/// Arrays one after another along one axis.
package struct Concatenate: Operation {
  package let axis: Int
  package init(axis: Int) { self.axis = axis }
  package var name: String { "concatenate" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    var start = 0
    return context.inputs.indices.map { index in
      let range = start..<start + context.inputs[index].shape[axis]
      start = range.upperBound
      return context.needs[index]
        ? context.outputGradients[0].slice(axis: axis, range: range) : nil
    }
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
}

extension Tensor {
  /// The same elements in row-major order under `target`. Precondition: of the same count.
  public func reshape(_ target: Shape) -> Tensor {
    if target == shape { return self }
    precondition(target.count == count, "shape \(shape) cannot become \(target)")
    // Back to the shape before: an image then stays in blocks.
    let node = graph.nodes[graph.values[id].node]
    if node.operation is Reshape { return graph.tensor(node.inputs[0]).reshape(target) }
    return applying(Reshape(), shape: target)
  }

  /// The two innermost axes exchanged. Precondition: rank at least 2.
  public func transpose() -> Tensor {
    precondition(shape.rank >= 2, "nothing to transpose in shape \(shape)")
    return applying(Transpose(), shape: shape.transposed)
  }

  /// The elements `range` along `axis`. Precondition: the range lies inside.
  public func slice(axis: Int, range: Range<Int>) -> Tensor {
    let axis = normalizedAxis(axis)
    precondition(
      range.lowerBound >= 0 && range.upperBound <= shape[axis],
      "range \(range) outside axis \(axis) of shape \(shape)")
    if range.count == shape[axis] { return self }
    if let part = concatenatedPart(axis: axis, range: range) { return part }
    var extents = shape.dimensions
    extents[axis] = range.count
    return applying(Slice(axis: axis, start: range.lowerBound), shape: Shape(extents))
  }

  /// Where `self` is a concatenation and the range is exactly one of its parts: that part, so that what
  /// was computed of it is not computed again.
  private func concatenatedPart(axis: Int, range: Range<Int>) -> Tensor? {
    let node = graph.nodes[graph.values[id].node]
    guard (node.operation as? Concatenate)?.axis == axis else { return nil }
    var start = 0
    for part in node.inputs.map(graph.tensor) {
      if start == range.lowerBound, part.shape[axis] == range.count { return part }
      start += part.shape[axis]
    }
    return nil
  }

  /// Zeros around `self` along `axis`, so that its extent becomes `extent`.
  package func padded(axis: Int, before: Int, to extent: Int) -> Tensor {
    var extents = shape.dimensions
    extents[axis] = extent
    return applying(Padded(axis: axis, before: before), shape: Shape(extents))
  }
}

extension Graph {
  /// `parts` one after another along `axis`. Precondition: at least one part, and the other
  /// extents agree.
  public func concatenate(_ parts: [Tensor], axis: Int) -> Tensor {
    precondition(!parts.isEmpty, "nothing to concatenate")
    let axis = parts[0].normalizedAxis(axis)
    var extents = parts[0].shape.dimensions
    extents[axis] = 0
    for part in parts {
      var rest = part.shape.dimensions
      precondition(rest.count == extents.count, "ranks differ in concatenation")
      let length = rest[axis]
      rest[axis] = extents[axis]
      precondition(rest == extents, "shapes \(parts[0].shape) and \(part.shape) in concatenation")
      extents[axis] += length
    }
    return append(Concatenate(axis: axis), inputs: parts, shape: Shape(extents))
  }
}
