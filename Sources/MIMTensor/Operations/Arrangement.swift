import CKernels

/// The same elements under another shape.
struct Reshape: Operation {
  var name: String { "reshape" }
  var isView: Bool { true }
  func gradient(_ context: GradientContext) -> [Tensor?] {
    [context.outputGradients[0].reshape(context.inputs[0].shape)]
  }
  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
  func instructions(_ binding: Binding) -> [Instruction] { [] }
}

/// The two innermost axes exchanged.
struct Transpose: Operation {
  var name: String { "transpose" }
  func gradient(_ context: GradientContext) -> [Tensor?] {
    [context.outputGradients[0].transpose()]
  }
  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
  func instructions(_ binding: Binding) -> [Instruction] {
    let shape = binding.inputShapes[0]
    return [
      Instruction(
        MIM_TRANSPOSE, [binding.inputs[0], binding.outputs[0]],
        sizes: [shape.dimensions.dropLast(2).reduce(1, *), shape[-2], shape[-1]])
    ]
  }
}

/// Part of one axis.
struct Slice: Operation {
  let axis: Int
  let start: Int
  var name: String { "slice" }

  func gradient(_ context: GradientContext) -> [Tensor?] {
    [
      context.outputGradients[0].padded(
        axis: axis, before: start, to: context.inputs[0].shape[axis])
    ]
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: Slice(axis: 1 - axis, start: start), inputs: [true], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    let whole = AxisLoops(binding.inputShapes[0], axis: axis)
    let part = binding.outputShapes[0][axis]
    return [
      Instruction(
        MIM_COPY_BLOCKS, [binding.inputs[0], binding.outputs[0]],
        sizes: [
          whole.outer, part * whole.inner, whole.extent * whole.inner, start * whole.inner,
          part * whole.inner, 0,
        ])
    ]
  }
}

/// Zeros put before and behind along one axis: the gradient of a slice.
struct Padded: Operation {
  let axis: Int
  let before: Int
  var name: String { "padded" }

  func gradient(_ context: GradientContext) -> [Tensor?] {
    let extent = context.inputs[0].shape[axis]
    return [context.outputGradients[0].slice(axis: axis, range: before..<before + extent)]
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: Padded(axis: 1 - axis, before: before), inputs: [true], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    let whole = AxisLoops(binding.outputShapes[0], axis: axis)
    let part = binding.inputShapes[0][axis] * whole.inner
    return [
      Instruction(
        MIM_FILL, [binding.outputs[0]], sizes: [whole.outer * whole.extent * whole.inner],
        scalars: [0]),
      Instruction(
        MIM_COPY_BLOCKS, [binding.inputs[0], binding.outputs[0]],
        sizes: [
          whole.outer, part, part, 0, whole.extent * whole.inner, before * whole.inner,
        ]),
    ]
  }
}

/// Arrays one after another along one axis.
struct Concatenate: Operation {
  let axis: Int
  var name: String { "concatenate" }

  func gradient(_ context: GradientContext) -> [Tensor?] {
    var start = 0
    return context.inputs.indices.map { index in
      let range = start..<start + context.inputs[index].shape[axis]
      start = range.upperBound
      return context.needs[index]
        ? context.outputGradients[0].slice(axis: axis, range: range) : nil
    }
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: Concatenate(axis: 1 - axis), inputs: inputs.map { _ in true }, outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    let whole = AxisLoops(binding.outputShapes[0], axis: axis)
    var start = 0
    return binding.inputs.indices.map { index in
      let part = binding.inputShapes[index][axis] * whole.inner
      defer { start += part }
      return Instruction(
        MIM_COPY_BLOCKS, [binding.inputs[index], binding.outputs[0]],
        sizes: [whole.outer, part, part, 0, whole.extent * whole.inner, start])
    }
  }
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
