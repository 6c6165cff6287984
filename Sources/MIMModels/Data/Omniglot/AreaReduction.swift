/// Square images made smaller: every new pixel is the mean of the area that it covers, pixels at
/// its rim counted by their share. Means of 0 and 1 stay in 0…1 and the amount of ink stays the
/// same, which bicubic and Lanczos kernels don't promise.
struct AreaReduction {
  private let side: Int
  private let reducedSide: Int
  /// By new row: the first old row under it, and the fraction of each.
  private let spans: [(first: Int, shares: [Float])]

  /// Omniglot's 105 × 105 to 28 × 28.
  static let drawing = AreaReduction(
    from: OmniglotDrawings.side, to: OmniglotDrawings.reducedSide)

  /// Precondition: `0 < reducedSide ≤ side`.
  init(from side: Int, to reducedSide: Int) {
    self.side = side
    self.reducedSide = reducedSide
    let length = Double(side) / Double(reducedSide)
    spans = (0..<reducedSide).map { index in
      let (begin, end) = (Double(index) * length, Double(index + 1) * length)
      let rows = Int(begin)..<min(side, Int(end.rounded(.up)))
      let shares = rows.map { row in
        Float((min(end, Double(row + 1)) - max(begin, Double(row))) / length)
      }
      return (rows.lowerBound, shares)
    }
  }

  /// Reduces `pixels` `[side, side]` into `output` `[reducedSide, reducedSide]`.
  func apply(_ pixels: [Float], to output: UnsafeMutablePointer<Float>) {
    // Rows first: along a row of the result the columns are then next to each other.
    var row = [Float](repeating: 0, count: side)
    for (index, span) in spans.enumerated() {
      for column in 0..<side { row[column] = 0 }
      for (offset, share) in span.shares.enumerated() {
        let start = (span.first + offset) * side
        for column in 0..<side { row[column] += share * pixels[start + column] }
      }
      for (column, span) in spans.enumerated() {
        var sum: Float = 0
        for (offset, share) in span.shares.enumerated() { sum += share * row[span.first + offset] }
        // Shares are rounded: their sum may pass 1 in the last bit.
        output[index * reducedSide + column] = min(1, sum)
      }
    }
  }
}
