import Foundation

extension KernelGrid {
  /// How many nodes a grid has, and how far apart.
  struct Size: Equatable {
    /// Nodes a side, those that keep periodic copies apart included.
    var length: Int
    /// The distance of neighbouring nodes.
    var spacing: Double

    /// Nodes that separate the points from the border of their half of the grid: the splines'
    /// reach, and room for the kink of a periodic kernel to die away.
    static let margin = 14
    private static let smallest = 128
    /// 64 MiB each for grid and spectrum; maps wider than 500 get wider meshes.
    private static let largest = 4096

    /// A grid for a map that is `width` wide. Nodes lie a fifth of the kernel's width apart,
    /// or closer, so that the smallest grid spans the map; the steps are coarse, because the
    /// kernel's spectrum is computed anew for each.
    init(width: Double, freedom: Double) {
      let finest = 0.2 * min(1, freedom.squareRoot())
      let small = Double(Self.smallest / 2 - Self.margin)
      if width <= small * finest {
        let steps = (4 * log2(small * finest / max(width, 1e-30))).rounded(.down)
        length = Self.smallest
        spacing = finest * exp2(-steps / 4)
      } else {
        let needed = 2 * (Int(min((width / finest).rounded(.up), 1e6)) + Self.margin)
        length = Self.fastLength(atLeast: min(needed, Self.largest))
        spacing = max(finest, width / Double(length / 2 - Self.margin))
      }
    }

    /// The least product of a power of two (16 or more) with 1, 3, 5 or 9.
    private static func fastLength(atLeast needed: Int) -> Int {
      let factors = [1, 3, 5, 9].map { factor in
        var length = 16 * factor
        while length < needed { length *= 2 }
        return length
      }
      return factors.min() ?? needed
    }
  }
}
