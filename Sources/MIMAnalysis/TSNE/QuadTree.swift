/// A quadtree over points in the plane, its cells in depth-first order: a cell's first child
/// follows it, and `skip` is the cell after its last descendant, so that a walk needs no stack.
struct QuadTree: Sendable {
  struct Cell: Sendable {
    /// The centre of mass of the cell's points.
    var x = 0.0
    var y = 0.0
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
  /// The points' coordinates and original indices, cell by cell.
  private var x: [Double]
  private var y: [Double]
  private var points: [Int32]
  /// The place of each point in that order.
  private var places: [Int32]

  init(_ map: PlanarMap) {
    x = map.x
    y = map.y
    points = (0..<Int32(map.count)).map { $0 }
    places = points
    guard let left = x.min(), let right = x.max(), let bottom = y.min(), let top = y.max() else {
      return
    }
    let width = max(right - left, top - bottom)
    cells.reserveCapacity(map.count)
    build(0, Int32(map.count), (left + right) / 2, (bottom + top) / 2, width, depth: 0)
    for (place, point) in points.enumerated() { places[Int(point)] = Int32(place) }
  }

  /// Appends the cell around (centerX, centerY) and all its descendants.
  private mutating func build(
    _ begin: Int32, _ end: Int32, _ centerX: Double, _ centerY: Double, _ width: Double,
    depth: Int
  ) {
    let own = cells.count
    cells.append(Cell(squaredWidth: width * width, begin: begin, end: end))
    var (sumX, sumY) = (0.0, 0.0)
    for place in Int(begin)..<Int(end) {
      sumX += x[place]
      sumY += y[place]
    }
    let mass = Double(end - begin)
    cells[own].mass = mass
    cells[own].x = sumX / mass
    cells[own].y = sumY / mass
    if end - begin <= Self.leafSize {
      cells[own].kind = .leaf
    } else if depth == Self.deepest || width == 0 {
      cells[own].kind = .coincident
    } else {
      let middle = partition(begin, end) { $1 < centerY }
      let quarter = width / 4
      for (first, last, y) in [
        (begin, middle, centerY - quarter), (middle, end, centerY + quarter),
      ] where first < last {
        let split = partition(first, last) { x, _ in x < centerX }
        if first < split {
          build(first, split, centerX - quarter, y, width / 2, depth: depth + 1)
        }
        if split < last {
          build(split, last, centerX + quarter, y, width / 2, depth: depth + 1)
        }
      }
    }
    cells[own].skip = Int32(cells.count)
  }

  /// Moves the points for which `isFirst(x, y)` to the front; returns where the others start.
  private mutating func partition(
    _ begin: Int32, _ end: Int32, _ isFirst: (Double, Double) -> Bool
  ) -> Int32 {
    var (low, high) = (Int(begin), Int(end))
    while true {
      while low < high, isFirst(x[low], y[low]) { low += 1 }
      while low < high, !isFirst(x[high - 1], y[high - 1]) { high -= 1 }
      if low >= high { return Int32(low) }
      x.swapAt(low, high - 1)
      y.swapAt(low, high - 1)
      points.swapAt(low, high - 1)
    }
  }

  /// Gives `body` what it takes to sum over the cells, without checks in the inner loop.
  func withTraversal(theta: Double, _ body: (Traversal) -> Void) {
    cells.withUnsafeBufferPointer { cells in
      x.withUnsafeBufferPointer { x in
        y.withUnsafeBufferPointer { y in
          places.withUnsafeBufferPointer { places in
            body(
              Traversal(cells: cells, x: x, y: y, places: places, squaredTheta: theta * theta))
          }
        }
      }
    }
  }

  /// Valid only inside `withTraversal`; it reads memory that nobody writes meanwhile.
  struct Traversal: @unchecked Sendable {
    fileprivate let cells: UnsafeBufferPointer<Cell>
    fileprivate let x: UnsafeBufferPointer<Double>
    fileprivate let y: UnsafeBufferPointer<Double>
    fileprivate let places: UnsafeBufferPointer<Int32>
    fileprivate let squaredTheta: Double

    /// Σ w, Σ w²·dx and Σ w²·dy over all points but `point`; cells that are narrow for their
    /// distance count as one point.
    func sums(at point: Int) -> (Double, Double, Double) {
      let own = Int(places[point])
      let (ownX, ownY) = (x[own], y[own])
      var (normaliser, forceX, forceY) = (0.0, 0.0, 0.0)
      var index = 0
      while index < cells.count {
        let cell = cells[index]
        let (dx, dy) = (ownX - cell.x, ownY - cell.y)
        let squared = dx * dx + dy * dy
        if cell.kind != .leaf,
          cell.kind == .coincident || cell.squaredWidth < squaredTheta * squared
        {
          let containsOwn = Int(cell.begin) <= own && own < Int(cell.end)
          let mass = containsOwn ? cell.mass - 1 : cell.mass
          let w = 1 / (1 + squared)
          let force = mass * w * w
          normaliser += mass * w
          forceX += force * dx
          forceY += force * dy
          index = Int(cell.skip)
        } else {
          if cell.kind == .leaf {
            for place in Int(cell.begin)..<Int(cell.end) where place != own {
              let (dx, dy) = (ownX - x[place], ownY - y[place])
              let w = 1 / (1 + dx * dx + dy * dy)
              normaliser += w
              forceX += w * w * dx
              forceY += w * w * dy
            }
          }
          index += 1
        }
      }
      return (normaliser, forceX, forceY)
    }
  }
}
