import CKernels
import MIMTensor

extension MixtureLogDensity: CPUOperation {
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

extension MixtureLogDensityGradient: CPUOperation {
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
