import Foundation
import MIMCPU
import MIMTensor
import Synchronization

/// Makes values of a masked network unit by unit, and computes of each new unit only what it changes: a hidden unit is computed once, when
/// the last input that it sees is known. All values together cost about as much as one pass.
struct MaskedSampler {
  private struct Layer {
    /// Masked away weights aren't looked at. `[outputs, inputs]`.
    let weight: [Float]
    let bias: [Float]
    let inputs: Int
    let activation: MaskedActivation
  }

  private let layers: [Layer]
  private let direct: [Float]?
  private let set: MaskSet
  private let heads: Int
  private let size: Int
  /// For each layer below another, inputs first, its units by degree; and how many have less than each degree.
  private let byDegree: [[Int]]
  private let below: [[Int]]
  /// The same orders for sums.
  private let orders: [WeightedRows]

  /// Items made together.
  private static let block = WeightedRows.width

  /// Of the parameters by name, with one of the network's sets of masks. Throws where an array isn't there.
  init(
    _ network: MaskedNetwork, set index: Int, parameters: [String: HostArray<Float>]
  ) throws {
    func values(_ name: String, _ count: Int) throws -> [Float] {
      guard let array = parameters[name], array.count == count else {
        throw ModelError.parametersDoNotFit(reason: "\(name) is missing")
      }
      return array.elements
    }
    layers = try network.layers.map { layer in
      guard let linear = layer.linear else {
        throw ModelError.parametersDoNotFit(reason: "a masked layer has no parameters of its own")
      }
      return Layer(
        weight: try values("\(linear.name).weight", linear.inputs * linear.outputs),
        bias: try values("\(linear.name).bias", linear.outputs), inputs: linear.inputs,
        activation: layer.activation)
    }
    direct = try network.direct?.linear.map {
      try values("\($0.name).weight", $0.inputs * $0.outputs)
    }
    let set = network.sets[index]
    (self.set, heads, size) = (set, network.heads, network.size)
    let degrees = [set.order] + set.degrees
    let count = network.size
    byDegree = degrees.map { layer in layer.indices.sorted { layer[$0] < layer[$1] } }
    orders = byDegree.map { WeightedRows(order: $0) }
    below = degrees.map { layer in
      var sums = [Int](repeating: 0, count: count + 1)
      for degree in layer { sums[degree + 1] += 1 }
      for place in 0..<count { sums[place + 1] += sums[place] }
      return sums
    }
  }

  /// Makes `count` items: `next` gives the value of a unit of an item for the network's outputs there.
  /// - Returns: `[count, D]`.
  func items(
    _ count: Int, _ next: (_ outputs: [Float], _ item: Int, _ unit: Int) -> Float
  ) -> HostArray<Float> {
    var elements = [Float](repeating: 0, count: count * size)
    for start in stride(from: 0, to: count, by: Self.block) {
      let items = start..<min(start + Self.block, count)
      place(block(items, next), of: items, in: &elements)
    }
    return HostArray(elements, shape: [count, size])
  }

  /// The same by several threads; `next` may be asked for any item at any time.
  func items(
    _ count: Int, threads: Int,
    _ next: @Sendable (_ outputs: [Float], _ item: Int, _ unit: Int) -> Float
  ) -> HostArray<Float> {
    let blocks = Mutex<[Int: [Float]]>([:])
    inParallel(count: count, chunk: Self.block, threads: threads) { items in
      let made = block(items, next)
      blocks.withLock { $0[items.lowerBound] = made }
    }
    var elements = [Float](repeating: 0, count: count * size)
    for (start, made) in blocks.withLock({ $0 }) {
      place(made, of: start..<min(start + Self.block, count), in: &elements)
    }
    return HostArray(elements, shape: [count, size])
  }

  /// A block, `[D, block]`, as rows of items.
  private func place(_ block: [Float], of items: Range<Int>, in elements: inout [Float]) {
    for unit in 0..<size {
      for item in items {
        elements[item * size + unit] = block[unit * Self.block + item - items.lowerBound]
      }
    }
  }

  /// One block, `[D, block]`; what stands beyond the items means nothing.
  private func block(
    _ items: Range<Int>, _ next: (_ outputs: [Float], _ item: Int, _ unit: Int) -> Float
  ) -> [Float] {
    // Inputs, then the units of each hidden layer, a row each.
    var rows = ([size] + set.degrees.map(\.count)).map {
      [Float](repeating: 0, count: $0 * Self.block)
    }
    var outputs = [[Float]](repeating: [Float](repeating: 0, count: heads), count: items.count)
    var sum = [Float](repeating: 0, count: Self.block)
    let top = layers.count - 1
    for unit in byDegree[0] {
      let place = set.order[unit]
      for head in 0..<heads {
        let row = head * size + unit
        add(&sum, layers[top], row: row, of: rows[top], first: below[top][place], orders[top])
        if let direct {
          orders[0].add(
            first: below[0][place], of: rows[0], weights: direct, offset: row * size, to: &sum)
        }
        for item in outputs.indices { outputs[item][head] = sum[item] }
      }
      for item in outputs.indices {
        rows[0][unit * Self.block + item] = next(outputs[item], items.lowerBound + item, unit)
      }
      for layer in 0..<top {
        let fresh = byDegree[layer + 1][below[layer + 1][place]..<below[layer + 1][place + 1]]
        for row in fresh {
          add(
            &sum, layers[layer], row: row, of: rows[layer], first: below[layer][place + 1],
            orders[layer])
          for item in sum.indices {
            rows[layer + 1][row * Self.block + item] = layers[layer].activation.value(sum[item])
          }
        }
      }
    }
    return rows[0]
  }

  /// Bias and weights of a row times the units that it sees, for all items of a block.
  private func add(
    _ sum: inout [Float], _ layer: Layer, row: Int, of units: [Float], first: Int,
    _ order: WeightedRows
  ) {
    for item in sum.indices { sum[item] = layer.bias[row] }
    order.add(
      first: first, of: units, weights: layer.weight, offset: row * layer.inputs, to: &sum)
  }
}

extension MaskedActivation {
  fileprivate func value(_ x: Float) -> Float {
    switch self {
    case .none: x
    case .relu: max(0, x)
    case .elu: x > 0 ? x : exp(x) - 1
    }
  }
}
