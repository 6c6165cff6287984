/// A tree of square cells over points in one to three dimensions (a quadtree in the plane), in
/// depth-first order: a cell's first child follows it, and `skip` is the cell after its last
/// descendant, so that a walk needs no stack.
struct CellTree: Sendable {
  struct Cell: Sendable {
    /// The centre of mass of the cell's points.
    var center = SIMD4<Double>.zero
    /// The number of points.
    var mass = 0.0
    var squaredWidth: Double
    var skip: Int32 = 0
    /// The cell's points are `points[begin..<end]`.
    var begin: Int32
    var end: Int32
    var kind = Kind.inner
  }

  enum Kind: UInt8, Sendable {
    case inner
    /// So few points that each is visited.
    case leaf
    /// Points so close that no cell separates them: they act as one.
    case coincident
  }

  private static let leafSize: Int32 = 8
  private static let deepest = 50

  private(set) var cells: [Cell] = []
  private let dimensions: Int
  /// The points, unused coordinates zero, and their original indices, cell by cell.
  private var positions: [SIMD4<Double>]
  private var points: [Int32]
  /// The place of each point in that order.
  private var places: [Int32]

  init(_ map: EmbeddingMap) {
    dimensions = map.dimensions
    positions = map.positions
    points = (0..<Int32(map.count)).map { $0 }
    places = points
    let (lower, upper) = map.bounds
    let width = zip(lower, upper).map { $1 - $0 }.max() ?? 0
    var middle = SIMD4<Double>.zero
    for axis in 0..<dimensions { middle[axis] = (lower[axis] + upper[axis]) / 2 }
    cells.reserveCapacity(map.count)
    build(0, Int32(map.count), middle, width, depth: 0)
    for (place, point) in points.enumerated() { places[Int(point)] = Int32(place) }
  }

  /// Appends the cell around `middle` and all its descendants.
  private mutating func build(
    _ begin: Int32, _ end: Int32, _ middle: SIMD4<Double>, _ width: Double, depth: Int
  ) {
    let own = cells.count
    cells.append(Cell(squaredWidth: width * width, begin: begin, end: end))
    var sum = SIMD4<Double>.zero
    for place in Int(begin)..<Int(end) { sum += positions[place] }
    let mass = Double(end - begin)
    cells[own].mass = mass
    cells[own].center = sum / mass
    if end - begin <= Self.leafSize {
      cells[own].kind = .leaf
    } else if depth == Self.deepest || width == 0 {
      cells[own].kind = .coincident
    } else {
      split(begin, end, middle, width, axis: dimensions - 1, depth: depth + 1)
    }
    cells[own].skip = Int32(cells.count)
  }

  /// Halves a range along `axis` and the axes before it, then builds a cell of each part.
  private mutating func split(
    _ begin: Int32, _ end: Int32, _ middle: SIMD4<Double>, _ width: Double, axis: Int, depth: Int
  ) {
    guard begin < end else { return }
    guard axis >= 0 else { return build(begin, end, middle, width / 2, depth: depth) }
    let border = middle[axis]
    let half = partition(begin, end, axis: axis, below: border)
    var part = middle
    part[axis] = border - width / 4
    split(begin, half, part, width, axis: axis - 1, depth: depth)
    part[axis] = border + width / 4
    split(half, end, part, width, axis: axis - 1, depth: depth)
  }

  /// Moves the points below a border to the front; returns where the others start.
  private mutating func partition(
    _ begin: Int32, _ end: Int32, axis: Int, below border: Double
  ) -> Int32 {
    var (low, high) = (Int(begin), Int(end))
    while true {
      while low < high, positions[low][axis] < border { low += 1 }
      while low < high, !(positions[high - 1][axis] < border) { high -= 1 }
      if low >= high { return Int32(low) }
      positions.swapAt(low, high - 1)
      points.swapAt(low, high - 1)
    }
  }

  /// Gives `body` what it takes to sum over the cells, without checks in the inner loop.
  func withTraversal(theta: Double, freedom: Double, _ body: (Traversal) -> Void) {
    cells.withUnsafeBufferPointer { cells in
      positions.withUnsafeBufferPointer { positions in
        places.withUnsafeBufferPointer { places in
          body(
            Traversal(
              cells: cells, positions: positions, places: places, squaredTheta: theta * theta,
              kernel: StudentKernel(freedom: freedom)))
        }
      }
    }
  }

  /// Valid only inside `withTraversal`; it reads memory that nobody writes meanwhile.
  struct Traversal: @unchecked Sendable {
    fileprivate let cells: UnsafeBufferPointer<Cell>
    fileprivate let positions: UnsafeBufferPointer<SIMD4<Double>>
    fileprivate let places: UnsafeBufferPointer<Int32>
    fileprivate let squaredTheta: Double
    fileprivate let kernel: StudentKernel

    /// The kernel's sums around one of the tree's points, over all others.
    func sums(at point: Int) -> KernelSums {
      let own = Int(places[point])
      return sums(around: positions[own], without: own)
    }

    /// The kernel's sums over all points around any position; cells that are narrow for their
    /// distance count as one point.
    func sums(around position: SIMD4<Double>, without own: Int = -1) -> KernelSums {
      var sums = KernelSums()
      var index = 0
      while index < cells.count {
        let cell = cells[index]
        let difference = position - cell.center
        let squared = (difference * difference).sum()
        if cell.kind != .leaf,
          cell.kind == .coincident || cell.squaredWidth < squaredTheta * squared
        {
          let containsOwn = Int(cell.begin) <= own && own < Int(cell.end)
          sums.add(
            difference, squared, mass: containsOwn ? cell.mass - 1 : cell.mass, kernel: kernel)
          index = Int(cell.skip)
        } else {
          if cell.kind == .leaf {
            for place in Int(cell.begin)..<Int(cell.end) where place != own {
              let difference = position - positions[place]
              sums.add(difference, (difference * difference).sum(), mass: 1, kernel: kernel)
            }
          }
          index += 1
        }
      }
      return sums
    }
  }
}

extension EmbeddingMap {
  /// The points with zeros for the coordinates that they don't have.
  var positions: [SIMD4<Double>] {
    (0..<count).map { point in
      var position = SIMD4<Double>.zero
      for axis in 0..<dimensions { position[axis] = coordinates[point * dimensions + axis] }
      return position
    }
  }
}
