import CKernels
import MIMTensor

extension Noise: ColumnsOperation {
  /// Elements are numbered as they are stored: a plan that stores a matrix transposed draws it so.
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: InColumns(base: self), inputs: [], outputs: [true])
  }

  func instructions(_ binding: Binding, columns: Bool) -> [Instruction] {
    let key = Philox.key(seed: binding.seed, stream: stream)
    let kernel: mim_kernel
    var bound = 0
    switch distribution {
    case .normal: kernel = isWhole ? MIM_NORMAL_NOISE : MIM_NORMAL_NOISE_PARTS
    case .uniform: kernel = isWhole ? MIM_UNIFORM_NOISE : MIM_UNIFORM_NOISE_PARTS
    case .integer(let below):
      kernel = isWhole ? MIM_RANDOM_INDICES : MIM_RANDOM_INDICES_PARTS
      bound = below
    }
    let runs = runs(of: binding.outputShapes[0], columns: columns)
    return [
      Instruction(
        kernel, [binding.outputs[0], binding.step],
        sizes: [runs.length, Int(key.x), Int(key.y), bound, runs.first, runs.stride, runs.count])
    ]
  }

  private var isWhole: Bool { share == .whole }

  /// Where the elements lie in the array of all ranks: one after another where rows are outermost,
  /// else a piece of each of its rows.
  private func runs(
    of shape: Shape, columns: Bool
  ) -> (length: Int, first: Int, stride: Int, count: Int) {
    guard columns, !isWhole else {
      return (shape.count, share.index * shape.count, 0, 1)
    }
    let rows = shape[1]
    return (rows, share.index * rows, share.count * rows, shape[0])
  }
}

extension BernoulliSample: CPUOperation {
  var worksInPlace: Bool { true }

  func instructions(_ binding: Binding) -> [Instruction] {
    let key = Philox.key(seed: binding.seed, stream: stream)
    return [
      Instruction(
        MIM_BERNOULLI_SAMPLE, [binding.inputs[0], binding.outputs[0], binding.step],
        sizes: [binding.outputShapes[0].count, Int(key.x), Int(key.y)])
    ]
  }
}
