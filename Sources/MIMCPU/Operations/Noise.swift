import CKernels
import MIMTensor

extension Noise: ColumnsOperation {
  /// Elements are numbered as they are stored: a plan that stores a matrix transposed draws it so.
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: InColumns(base: self), inputs: [], outputs: [true])
  }

  func instructions(_ binding: Binding, columns: Bool) -> [Instruction] {
    let key = Philox.key(seed: binding.seed, stream: stream)
    let runs = runs(of: binding.outputShapes[0], columns: columns)
    var operands = mim_noise(
      result: binding.outputs[0], step: binding.step, count: runs.length, key0: key.x,
      key1: key.y, bound: 0, first: runs.first, stride: runs.stride, runs: runs.count)
    switch distribution {
    case .normal:
      return [
        Instruction(
          isWhole ? mim_call_NORMAL_NOISE(operands) : mim_call_NORMAL_NOISE_PARTS(operands))
      ]
    case .uniform:
      return [
        Instruction(
          isWhole ? mim_call_UNIFORM_NOISE(operands) : mim_call_UNIFORM_NOISE_PARTS(operands))
      ]
    case .integer(let bound):
      operands.bound = bound
      return [
        Instruction(
          isWhole ? mim_call_RANDOM_INDICES(operands) : mim_call_RANDOM_INDICES_PARTS(operands))
      ]
    }
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
        mim_call_BERNOULLI_SAMPLE(
          mim_bernoulli_sample(
            logits: binding.inputs[0], result: binding.outputs[0], step: binding.step,
            count: binding.outputShapes[0].count, key0: key.x, key1: key.y)))
    ]
  }
}
