import CKernels
import MIMTensor

extension Instruction {
  /// Work of so many turns as up to `parts` calls that may run at the same time, each of them for a range of the
  /// turns. Ranges begin at multiples of `multiple`.
  static func divided(
    _ turns: Int, into parts: Int, multiple: Int = 1, _ call: (Range<Int>) -> mim_call
  ) -> [Instruction] {
    let share = ((turns + parts - 1) / max(parts, 1)).roundedUp(to: multiple)
    guard parts > 1, share > 0, share < turns else { return [Instruction(call(0..<turns))] }
    return stride(from: 0, to: turns, by: share).map { start in
      Instruction(call(start..<min(start + share, turns)))
    }.simultaneous
  }
}

extension [Instruction] {
  /// These calls as one group: they write different places and read nothing that another writes.
  var simultaneous: [Instruction] {
    guard count > 1 else { return self }
    var group = self
    group[0].group = count
    return group
  }
}

extension [[Instruction]] {
  /// Works that don't depend on each other, one after another; as one group if one of them is
  /// divided, as every group costs a meeting of the threads.
  var joined: [Instruction] {
    let calls = flatMap { $0 }
    return contains { $0.count > 1 } ? calls.simultaneous : calls
  }
}

extension Binding {
  /// Into how many parts work on `count` numbers is worth dividing: to wake a
  /// thread takes some microseconds of the caller and tens until it answers.
  func parts(for count: Int) -> Int { count >= 1 << 16 ? threads : 1 }
}
