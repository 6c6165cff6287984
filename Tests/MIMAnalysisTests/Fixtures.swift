import Foundation
import MIMTensor

/// Reference numbers in Tests/Fixtures, made by the scripts in Tests/References.
enum Fixtures {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures").path

  /// The arrays of one file, read once for each test that asks.
  static func load(_ name: String) throws -> Arrays {
    Arrays(tensors: try SafeTensors(contentsOf: folder + "/\(name).safetensors").tensors)
  }

  struct Arrays {
    let tensors: [String: StoredArray]

    func doubles(_ name: String) throws -> HostArray<Double> {
      guard let array = tensors[name] else { throw MissingArray(name: name) }
      return array.doubles
    }

    func labels(_ name: String) throws -> [Int32] {
      guard let array = tensors[name]?.integers else { throw MissingArray(name: name) }
      return array.elements.map { Int32($0) }
    }
  }

  struct MissingArray: Error { let name: String }
}

/// The rows of a table in a range.
func rows<Scalar>(_ range: Range<Int>, of array: HostArray<Scalar>) -> HostArray<Scalar> {
  array.rows(range)
}

/// Independent normal draws, `[rows, columns]`.
func normalDraws(_ rows: Int, _ columns: Int, seed: UInt64) -> HostArray<Double> {
  var stream = RandomStream(seed: seed, stream: "test points")
  return HostArray(
    (0..<rows * columns).map { _ in stream.normal() }, shape: Shape([rows, columns]))
}

/// `count` normal points around each of `centers` corners, 10 apart in every dimension, and the
/// corner of each.
func clusters(
  _ centers: Int, count: Int, dimensions: Int, seed: UInt64
) -> (points: HostArray<Float>, labels: [Int32]) {
  var stream = RandomStream(seed: seed, stream: "test clusters")
  let corners = (0..<centers * dimensions).map { _ in 10 * stream.normal() }
  let labels = (0..<centers * count).map { Int32($0 % centers) }
  let elements = labels.flatMap { label in
    (0..<dimensions).map { Float(corners[Int(label) * dimensions + $0] + stream.normal()) }
  }
  return (HostArray(elements, shape: Shape([centers * count, dimensions])), labels)
}

/// The largest absolute difference.
func deviation(_ first: [Double], _ second: [Double]) -> Double {
  first.count == second.count ? zip(first, second).map { abs($0 - $1) }.max() ?? 0 : .infinity
}

/// ‖first − second‖₂ / ‖second‖₂.
func relativeDeviation(_ first: [Double], _ second: [Double]) -> Double {
  let difference = zip(first, second).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  return (difference / second.reduce(0) { $0 + $1 * $1 }).squareRoot()
}
