import MIMTensor

/// An order of the inputs and degrees of the hidden units: what the masks of a masked network are made of. All are counted from 0: the
/// input of place p is seen by units of degree p and above, and these by outputs of higher places.
struct MaskSet: Sendable, Hashable {
  /// The place of each input.
  let order: [Int]
  /// The degrees of the units of each hidden layer.
  let degrees: [[Int]]

  init(order: [Int], degrees: [[Int]]) {
    self.order = order
    self.degrees = degrees
  }

  /// The natural order, and the degrees 0 … D − 2 in turn; where there are fewer units than degrees, degrees evenly spread, so that late
  /// outputs see early inputs and late ones.
  init(size: Int, hidden: [Int]) {
    let most = max(1, size - 1)
    self.init(
      order: Array(0..<size),
      degrees: hidden.map { count in
        (0..<count).map { count < most ? ($0 + 1) * most / count - 1 : $0 % most }
      })
  }

  /// The natural order, and the degrees 0 … D − 2 in turn, however few the units.
  static func inTurn(size: Int, hidden: [Int]) -> MaskSet {
    MaskSet(
      order: Array(0..<size),
      degrees: hidden.map { count in (0..<count).map { $0 % max(1, size - 1) } })
  }

  /// Degrees drawn uniformly from the least one of the layer below to D − 2, in a given order or a random one.
  init(
    order: [Int]?, size: Int, hidden: [Int], using stream: inout RandomStream
  ) {
    self.order = order ?? stream.permutation(of: size)
    var (drawn, least): ([[Int]], Int) = ([], 0)
    for count in hidden {
      let range = max(1, size - 1 - least)
      let layer = (0..<count).map { _ in least + stream.integer(below: range) }
      least = layer.min() ?? least
      drawn.append(layer)
    }
    degrees = drawn
  }

  /// The inputs by their places.
  var units: [Int] { order.indices.sorted { order[$0] < order[$1] } }

  /// The masks of all layers, `[outputs, inputs]` each; outputs are those of the first head, then those of the next.
  func masks(heads: Int) -> [HostArray<Float>] {
    (0...degrees.count).map { mask(ofLayer: $0, heads: heads) }
  }

  /// The mask of one of the layers.
  func mask(ofLayer index: Int, heads: Int) -> HostArray<Float> {
    let all = [order] + degrees + [(0..<heads).flatMap { _ in order }]
    return Self.mask(all[index + 1], all[index], isStrict: index == degrees.count)
  }

  /// The mask of weights from the inputs to the outputs.
  func directMask(heads: Int) -> HostArray<Float> {
    Self.mask((0..<heads).flatMap { _ in order }, order, isStrict: true)
  }

  /// 1 where a unit may see one of the layer below: its degree is at least as high; of an output, higher.
  static func mask(_ above: [Int], _ below: [Int], isStrict: Bool) -> HostArray<Float> {
    let least = isStrict ? 1 : 0
    let elements = [Float](unsafeUninitializedCapacity: above.count * below.count) { place, count in
      for upper in above {
        for lower in below {
          place.initializeElement(at: count, to: upper - lower >= least ? 1 : 0)
          count += 1
        }
      }
    }
    return HostArray(elements, shape: [above.count, below.count])
  }
}

extension RandomStream {
  /// 0 … count − 1 in a random order, each equally likely.
  fileprivate mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for place in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(place, integer(below: place + 1))
    }
    return order
  }
}
