import CKernels

/// log Σ_k N(x | μ_k, s_k), s = exp(logScale) + minScale, the same components for every row of x.
/// Inputs: x [items, features], μ, logScale and exp(logScale) [components, features]. Outputs: the result [items] and,
/// for its gradient, log N of each component [items, width], width being their number up to whole blocks of 16.
struct MixtureLogDensity: Operation {
  let minScale: Float
  var name: String { "mixtureLogDensity" }

  func gradient(_ context: GradientContext) -> [Tensor?] {
    context.inputs[0].graph.append(
      MixtureLogDensityGradient(minScale: minScale),
      inputs: context.inputs + context.outputs + [context.outputGradients[0]],
      shapes: context.inputs.prefix(3).map(\.shape)) + [nil]
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    4 * inputs[0].count * inputs[1][0]
  }

  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int {
    MixtureExtents(inputs).tableCount + outputs[1].count
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    guard let tables = binding.workspace else { return [] }
    let extents = MixtureExtents(binding.inputShapes)
    let (items, features, width) = (extents.items, extents.features, extents.width)
    let densities = Instruction(
      MIM_MIXTURE,
      [
        binding.inputs[0], tables, binding.outputs[1] ?? tables + extents.tableCount,
        binding.outputs[0] ?? tables,
      ], sizes: [items, features, width, extents.components])
    return [extents.tables(binding.inputs, at: tables, minScale)]
      + densities.divided(
        0, strides: [features, 0, width, 1], into: binding.parts(for: items * width))
  }
}

/// The gradients of `MixtureLogDensity` with respect to x, μ and logScale.
/// Inputs: its inputs, its outputs and the gradient from above [items].
struct MixtureLogDensityGradient: Operation {
  let minScale: Float
  var name: String { "mixtureLogDensityGradient" }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    10 * inputs[0].count * inputs[1][0]
  }

  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int {
    2 * MixtureExtents(inputs).tableCount
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    guard let tables = binding.workspace else { return [] }
    let (extents, inputs) = (MixtureExtents(binding.inputShapes), binding.inputs)
    return [
      extents.tables(inputs, at: tables, minScale),
      Instruction(
        MIM_MIXTURE_GRADIENT,
        [
          inputs[0], tables, inputs[5], inputs[4], inputs[6], inputs[3],
          tables + extents.tableCount,
        ] + binding.outputs,
        sizes: [extents.items, extents.features, extents.width, extents.components]),
    ]
  }
}

/// The extents of a mixture and of its tables (Loops/mixture.h).
private struct MixtureExtents {
  let items: Int
  let features: Int
  let components: Int
  var width: Int { components.roundedUp(to: 16) }
  var tableCount: Int { (2 * features + 1) * width }

  init(_ inputs: [Shape]) {
    (items, features, components) = (inputs[0][0], inputs[0][1], inputs[1][0])
  }

  func tables(
    _ inputs: [UnsafeMutablePointer<Float>], at place: UnsafeMutablePointer<Float>,
    _ minScale: Float
  ) -> Instruction {
    Instruction(
      MIM_MIXTURE_TABLES, [inputs[1], inputs[2], inputs[3], place],
      sizes: [components, features, width], scalars: [minScale])
  }
}

extension Tensor {
  /// log Σ_k N(x | μ_k, s_k) at each row x of `self`, in nats, of diagonal Gaussians with s = exp(logScale) +
  /// minScale. `self` [items, features], `means` and `logScales` [components, features] → [items].
  ///
  /// Precondition: the shapes agree, and there is a component.
  package func mixtureLogDensity(means: Tensor, logScales: Tensor, minScale: Float = 0) -> Tensor {
    precondition(
      shape.rank == 2 && means.shape.rank == 2 && means.shape == logScales.shape
        && means.shape[1] == shape[1] && means.shape[0] > 0,
      "mixture log-density of \(shape) with components \(means.shape)")
    return graph.append(
      MixtureLogDensity(minScale: minScale),
      inputs: [self, means, logScales, graph.sharedExponential(of: logScales)],
      shapes: [[shape[0]], [shape[0], means.shape[0].roundedUp(to: 16)]])[0]
  }
}
