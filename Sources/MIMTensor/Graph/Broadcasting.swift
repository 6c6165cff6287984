extension Shape {
  /// The shape of an element-wise result. Precondition: aligned at the innermost axis, the extents
  /// agree or one of them is 1.
  package static func broadcast(_ a: Shape, _ b: Shape) -> Shape {
    let rank = max(a.rank, b.rank)
    let left = a.padded(toRank: rank)
    let right = b.padded(toRank: rank)
    return Shape(
      zip(left, right).map { first, second in
        precondition(
          first == second || first == 1 || second == 1, "shapes \(a) and \(b) do not broadcast")
        return first == 1 ? second : first
      })
  }

  /// The extents with ones put before them up to `rank`.
  package func padded(toRank rank: Int) -> [Int] {
    [Int](repeating: 1, count: rank - self.rank) + dimensions
  }

  /// With the two innermost axes exchanged.
  package var transposed: Shape {
    Shape(dimensions.dropLast(2) + [self[-1], self[-2]])
  }
}
