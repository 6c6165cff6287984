import Foundation
import MIMTensor

/// The two halves of a reference, arrays and numbers, and the rows that compare with them.
struct ReferenceFile {
  let name: String
  let path: String
  let json: Data
  private let arrays: [String: HostArray<Float>]

  init(_ stem: String, in folder: String) throws {
    name = stem
    path = "\(folder)/\(stem).safetensors"
    arrays = try SafeTensors(contentsOf: path).tensors.mapValues(\.floats)
    json = Data(try FileReader.bytes(of: "\(folder)/\(stem).json", limit: 1 << 26))
  }

  /// The numbers of the JSON half.
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: json)
    } catch {
      throw unreadable("its .json half is damaged or incomplete\(DecodingPlace(error))")
    }
  }

  /// The names of what the JSON half says, at its top.
  func sections() throws -> Set<String> {
    struct AnyKey: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init?(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
    struct Sections: Decodable {
      let names: Set<String>
      init(from decoder: any Decoder) throws {
        names = Set(try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue))
      }
    }
    return try decode(Sections.self).names
  }

  /// The names of its arrays, sorted.
  var names: [String] { arrays.keys.sorted() }

  /// A matrix with rows and columns exchanged.
  func transposed(_ name: String) throws -> HostArray<Float> {
    guard let array = arrays[name], array.shape.rank == 2 else {
      throw unreadable("\(name) is missing or no matrix")
    }
    let (rows, columns) = (array.rowCount, array.rowSize)
    let elements = (0..<rows * columns).map { array.elements[$0 % rows * columns + $0 / rows] }
    return HostArray(elements, shape: [columns, rows])
  }

  /// An array by name; nil when it is missing.
  func array(_ name: String) -> HostArray<Float>? { arrays[name] }

  /// An array of one shape, without which nothing can be computed.
  func required(_ name: String, shape: Shape) throws -> HostArray<Float> {
    guard let value = arrays[name] else { throw unreadable("\(name) is missing") }
    guard value.shape == shape else {
      throw unreadable("\(name) is \(value.shape), not \(shape)")
    }
    return value
  }

  func unreadable(_ reason: String) -> ModelError {
    .unreadableReference(path: path, reason: reason)
  }

  /// |Δ| ≤ 1e-4 · max(1, |reference|).
  func number(_ quantity: String, _ reference: Double?, _ ours: Double) -> VerificationRow {
    guard let reference else { return .missing(file: name, quantity: quantity) }
    return .number(
      file: name, quantity: quantity, reference: reference, ours: ours,
      tolerance: 1e-4 * max(1, abs(reference)))
  }

  /// A number per item, each within 1e-4 · max(1, |reference|); the row shows the means, and as the error
  /// the largest ratio.
  func numbers(_ quantity: String, _ reference: [Double], _ ours: [Double]) -> VerificationRow {
    guard reference.count == ours.count, !ours.isEmpty else {
      return .missing(file: name, quantity: quantity)
    }
    let ratios = zip(reference, ours).map { abs($1 - $0) / max(1, abs($0)) }
    let count = Double(ours.count)
    return VerificationRow(
      file: name, quantity: quantity, reference: reference.reduce(0, +) / count,
      ours: ours.reduce(0, +) / count,
      error: ratios.contains(where: \.isNaN) ? .nan : ratios.max() ?? 0,
      tolerance: 1e-4)
  }

  /// A number that is 0 in exact arithmetic: neither side may exceed the tolerance.
  func zero(
    _ quantity: String, _ reference: Double?, _ ours: Double, tolerance: Double
  ) -> VerificationRow {
    guard let reference else { return .missing(file: name, quantity: quantity) }
    let error = reference.isNaN || ours.isNaN ? .nan : max(abs(reference), abs(ours))
    return VerificationRow(
      file: name, quantity: quantity, reference: reference, ours: ours, error: error,
      tolerance: tolerance)
  }

  /// Every element |Δ| ≤ tolerance · max(floor, |reference|); the error is the largest ratio.
  func elements(
    _ quantity: String, _ ours: HostArray<Float>, tolerance: Double, relative: Bool
  ) -> VerificationRow {
    compared(quantity, ours, tolerance: tolerance) { reference, ours in
      var largest = 0.0
      for (expected, found) in zip(reference.elements, ours.elements) {
        let scale = relative ? max(1, Double(abs(expected))) : 1
        let error = abs(Double(found) - Double(expected)) / scale
        if error.isNaN { return .nan }
        largest = max(largest, error)
      }
      return largest
    }
  }

  /// ‖Δ‖₂ ≤ 1e-4 · ‖reference‖₂.
  func gradient(_ quantity: String, _ ours: HostArray<Float>) -> VerificationRow {
    compared(quantity, ours, tolerance: 1e-4) { reference, ours in
      let difference = zip(reference.elements, ours.elements).reduce(0.0) { sum, pair in
        let delta = Double(pair.0) - Double(pair.1)
        return sum + delta * delta
      }
      let norm = reference.norm
      return norm > 0 ? difference.squareRoot() / norm : difference.squareRoot()
    }
  }

  /// ‖Δ‖₂ ≤ 1e-4 · ‖reference‖₂ + 1e-6 · the norm of all gradients of that output: some are zero in exact arithmetic. The error
  /// is the ratio to that bound.
  func gradient(
    _ quantity: String, _ ours: HostArray<Float>, beside all: Double
  ) -> VerificationRow {
    compared(quantity, ours, tolerance: 1) { reference, ours in
      let difference = zip(reference.elements, ours.elements).reduce(0.0) { sum, pair in
        let delta = Double(pair.0) - Double(pair.1)
        return sum + delta * delta
      }
      let bound = 1e-4 * reference.norm + 1e-6 * all
      return bound > 0 ? difference.squareRoot() / bound : difference
    }
  }

  /// A gradient that is 0 in exact arithmetic: neither norm may exceed 1e-4.
  func zeroGradient(_ quantity: String, _ ours: HostArray<Float>) -> VerificationRow {
    compared(quantity, ours, tolerance: 1e-4) { max($0.norm, $1.norm) }
  }

  private func compared(
    _ quantity: String, _ ours: HostArray<Float>, tolerance: Double,
    _ error: (HostArray<Float>, HostArray<Float>) -> Double
  ) -> VerificationRow {
    guard let reference = arrays[quantity], reference.shape == ours.shape else {
      return .missing(file: name, quantity: quantity)
    }
    return VerificationRow(
      file: name, quantity: quantity, reference: reference.norm, ours: ours.norm,
      error: error(reference, ours), tolerance: tolerance)
  }
}

extension HostArray where Element == Float {
  /// The Euclidean norm of all elements, in double precision.
  var norm: Double { elements.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
}
