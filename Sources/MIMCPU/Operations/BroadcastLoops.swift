import MIMTensor

/// Nested loops over broadcast operands: axes that all operands walk alike are merged, and the
/// rest is padded to four loops, the innermost last. A stride of 0 repeats.
struct BroadcastLoops {
  static let depth = 4
  private let extents: [Int]
  private let strides: [[Int]]

  /// How often each loop turns.
  var extent: (Int, Int, Int, Int) { quadruple(extents, filledWith: 1) }

  /// How far each loop advances in an operand.
  func stride(_ operand: Int) -> (Int, Int, Int, Int) {
    quadruple(strides[operand], filledWith: 0)
  }

  /// Precondition: at most four loops remain after merging.
  init(_ operands: [Shape], into output: Shape) {
    let padded = operands.map { $0.padded(toRank: output.rank) }
    var merged: [(extent: Int, strides: [Int])] = []
    var running = [Int](repeating: 1, count: operands.count)
    for axis in (0..<output.rank).reversed() where output[axis] != 1 {
      let extent = output[axis]
      let strides = padded.indices.map { padded[$0][axis] == 1 ? 0 : running[$0] }
      for operand in padded.indices { running[operand] *= padded[operand][axis] }
      if let inner = merged.last,
        zip(strides, inner.strides).allSatisfy({ $0 == $1 * inner.extent })
      {
        merged[merged.count - 1].extent *= extent
      } else {
        merged.append((extent, strides))
      }
    }
    precondition(merged.count <= Self.depth, "broadcast \(operands) needs too many loops")
    while merged.count < Self.depth {
      merged.append((1, [Int](repeating: 0, count: operands.count)))
    }
    extents = merged.reversed().map(\.extent)
    strides = operands.indices.map { operand in merged.reversed().map { $0.strides[operand] } }
  }
}
