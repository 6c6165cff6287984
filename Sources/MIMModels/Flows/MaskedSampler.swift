import Foundation
import MIMTensor

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

  /// Items made together: rows of numbers that stay in the caches.
  private static let block = 32

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
      let filled = min(Self.block, count - start)
      let values = block(filled) { next($0, start + $1, $2) }
      for unit in 0..<size {
        for item in 0..<filled {
          elements[(start + item) * size + unit] = values[unit * filled + item]
        }
      }
    }
    return HostArray(elements, shape: [count, size])
  }

  /// One block, `[D, filled]`.
  private func block(
    _ filled: Int, _ next: (_ outputs: [Float], _ item: Int, _ unit: Int) -> Float
  ) -> [Float] {
    // Inputs, then the units of each hidden layer, a row each.
    var rows = ([size] + set.degrees.map(\.count)).map {
      [Float](repeating: 0, count: $0 * filled)
    }
    var outputs = [[Float]](repeating: [Float](repeating: 0, count: heads), count: filled)
    var sum = [Float](repeating: 0, count: filled)
    let top = layers.count - 1
    for unit in byDegree[0] {
      let place = set.order[unit]
      for head in 0..<heads {
        let row = head * size + unit
        sums(
          &sum, layers[top], row: row, of: rows[top], seen: byDegree[top].prefix(below[top][place]))
        if let direct {
          add(
            to: &sum, direct, offset: row * size, of: rows[0],
            seen: byDegree[0].prefix(below[0][place]))
        }
        for item in 0..<filled { outputs[item][head] = sum[item] }
      }
      for item in 0..<filled { rows[0][unit * filled + item] = next(outputs[item], item, unit) }
      for layer in 0..<top {
        let seen = byDegree[layer].prefix(below[layer][place + 1])
        let fresh = byDegree[layer + 1][below[layer + 1][place]..<below[layer + 1][place + 1]]
        for row in fresh {
          sums(&sum, layers[layer], row: row, of: rows[layer], seen: seen)
          for item in 0..<filled {
            rows[layer + 1][row * filled + item] = layers[layer].activation.value(sum[item])
          }
        }
      }
    }
    return rows[0]
  }

  /// Bias and weights of a row times the units that it sees, for all items of a block.
  private func sums(
    _ sum: inout [Float], _ layer: Layer, row: Int, of units: [Float], seen: ArraySlice<Int>
  ) {
    for item in sum.indices { sum[item] = layer.bias[row] }
    add(to: &sum, layer.weight, offset: row * layer.inputs, of: units, seen: seen)
  }

  private func add(
    to sum: inout [Float], _ weight: [Float], offset: Int, of units: [Float],
    seen: ArraySlice<Int>
  ) {
    let filled = sum.count
    sum.withUnsafeMutableBufferPointer { sum in
      units.withUnsafeBufferPointer { units in
        for unit in seen {
          let factor = weight[offset + unit]
          for item in 0..<filled { sum[item] += factor * units[unit * filled + item] }
        }
      }
    }
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
