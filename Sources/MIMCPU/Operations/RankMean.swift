import CKernels
import MIMTensor

extension RankMean: CPUOperation {
  var worksInPlace: Bool { true }

  func instructions(_ binding: Binding) -> [Instruction] {
    let count = binding.outputShapes[0].count
    let (x, y) = (binding.inputs[0], binding.outputs[0])
    let copy = x == y ? [] : [Instruction.copy(x, to: y, count: count)]
    return copy + [RankMeanCall.instruction(y, count: count, over: collective)]
  }
}

/// The mean over ranks of each number, as a plan runs it: one call of the collective.
final class RankMeanCall {
  private let collective: any Collective
  private let isSum: Bool

  private init(_ collective: any Collective, isSum: Bool) {
    self.collective = collective
    self.isSum = isSum
  }

  /// An instruction that replaces `count` numbers by their means over ranks, or by their sums.
  static func instruction(
    _ place: UnsafeMutablePointer<Float>?, count: Int, over collective: any Collective,
    isSum: Bool = false
  ) -> Instruction {
    let call = RankMeanCall(collective, isSum: isSum)
    return Instruction(
      mim_call_CALL(
        mim_callback(
          function: { context, values, count in
            guard let context, let values else { return }
            Unmanaged<RankMeanCall>.fromOpaque(context).takeUnretainedValue()
              .run(UnsafeMutableBufferPointer(start: values, count: count))
          }, context: Unmanaged.passUnretained(call).toOpaque(), values: place, count: count)),
      keptAlive: call)
  }

  private func run(_ values: UnsafeMutableBufferPointer<Float>) {
    collective.sum(values)
    guard !isSum else { return }
    let share = 1 / Float(collective.size)
    for index in values.indices { values[index] *= share }
  }
}
