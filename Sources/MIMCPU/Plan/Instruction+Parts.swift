extension Instruction {
  /// The same work as up to `parts` calls that may run at the same time: each takes part of the
  /// loop over `sizes[size]`, and `strides` says how far each array advances with one turn of it.
  func divided(
    _ size: Int, strides: [Int], into parts: Int, multiple: Int = 1
  ) -> [Instruction] {
    let turns = sizes[size]
    let share = ((turns + parts - 1) / max(parts, 1)).roundedUp(to: multiple)
    guard parts > 1, share > 0, share < turns else { return [self] }
    return stride(from: 0, to: turns, by: share).map { start in
      var part = self
      part.sizes[size] = min(share, turns - start)
      part.pointers = zip(pointers, strides).map { pointer, stride in
        pointer.map { $0 + start * stride }
      }
      return part
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
