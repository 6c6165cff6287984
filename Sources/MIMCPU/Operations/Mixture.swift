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
    let x = binding.inputs[0]
    let (y, densities) = (
      binding.outputs[0] ?? tables, binding.outputs[1] ?? tables + extents.tableCount
    )
    return [extents.tables(binding.inputs, at: tables, minScale)]
      + Instruction.divided(items, into: binding.parts(for: items * width)) { part in
        let first = part.lowerBound
        return mim_call_MIXTURE(
          mim_mixture(
            x: x + first * features, tables: tables, densities: densities + first * width,
            y: y + first, items: part.count, features: features, width: width,
            components: extents.components))
      }
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
        mim_call_MIXTURE_GRADIENT(
          mim_mixture_gradient(
            x: inputs[0], tables: tables, densities: inputs[5], y: inputs[4], outer: inputs[6],
            exponential: inputs[3], scratch: tables + extents.tableCount,
            to_x: binding.outputs[0], to_mean: binding.outputs[1],
            to_log_scale: binding.outputs[2], items: extents.items, features: extents.features,
            width: extents.width, components: extents.components))),
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
      mim_call_MIXTURE_TABLES(
        mim_mixture_tables(
          mean: inputs[1], log_scale: inputs[2], exponential: inputs[3], tables: place,
          components: components, features: features, width: width, floor: minScale)))
  }
}
