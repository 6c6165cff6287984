/// Places arrays in one block of memory by the time they are needed: arrays whose lives don't
/// overlap share a place. Offsets and extents are in floats, multiples of 16.
struct ArenaLayout {
  private(set) var extent = 0
  private var gaps: [Range<Int>] = []

  /// The offset of a new array: in the tightest gap that holds it, else at the end.
  mutating func allocate(_ count: Int) -> Int {
    let count = max(count, 1).roundedUp(to: 16)
    let fitting = gaps.indices.filter { gaps[$0].count >= count }
    if let best = fitting.min(by: { gaps[$0].count < gaps[$1].count }) {
      let gap = gaps.remove(at: best)
      if gap.count > count { gaps.append(gap.lowerBound + count..<gap.upperBound) }
      return gap.lowerBound
    }
    // A gap at the very end can grow.
    if let last = gaps.firstIndex(where: { $0.upperBound == extent }) {
      let start = gaps.remove(at: last).lowerBound
      extent = start + count
      return start
    }
    defer { extent += count }
    return extent
  }

  /// Gives an array's place back.
  mutating func free(offset: Int, count: Int) {
    var freed = offset..<offset + max(count, 1).roundedUp(to: 16)
    while let neighbour = gaps.firstIndex(where: {
      $0.upperBound == freed.lowerBound || $0.lowerBound == freed.upperBound
    }) {
      let gap = gaps.remove(at: neighbour)
      freed = min(gap.lowerBound, freed.lowerBound)..<max(gap.upperBound, freed.upperBound)
    }
    gaps.append(freed)
  }
}
