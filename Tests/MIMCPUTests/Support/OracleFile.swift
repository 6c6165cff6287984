import Foundation
import MIMTensor

/// The arrays of a safetensors file in a folder of `Tests/Fixtures` and the values of the JSON beside
/// it: numbers that the authors' implementation gives.
struct OracleFile {
  let arrays: [String: HostArray<Float>]
  let values: [String: Any]

  init(_ name: String, folder: String = "oracle") throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/\(folder)").standardizedFileURL
    let data = try Data(contentsOf: folder.appending(path: "\(name).safetensors"))
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONSerialization.jsonObject(with: data[8..<8 + length])
    var arrays: [String: HostArray<Float>] = [:]
    for case let (name, entry as [String: Any]) in header as? [String: Any] ?? [:] {
      guard let extents = entry["shape"] as? [Int], let range = entry["data_offsets"] as? [Int]
      else { continue }
      let bytes = data[(8 + length + range[0])..<(8 + length + range[1])]
      let numbers = [Float](unsafeUninitializedCapacity: bytes.count / 4) { buffer, count in
        count = bytes.copyBytes(to: buffer) / 4
      }
      arrays[name] = HostArray(numbers, shape: Shape(extents))
    }
    self.arrays = arrays
    let json = try Data(contentsOf: folder.appending(path: "\(name).json"))
    values = try JSONSerialization.jsonObject(with: json) as? [String: Any] ?? [:]
  }

  /// A number at a path of keys, NaN if there is none.
  func number(_ path: String...) -> Double {
    var value: Any? = values
    for key in path { value = (value as? [String: Any])?[key] }
    return (value as? NSNumber)?.doubleValue ?? .nan
  }

  /// The array of that name. Throws if there is none.
  func array(_ name: String) throws -> HostArray<Float> {
    guard let array = arrays[name] else { throw Missing(name: name) }
    return array
  }

  struct Missing: Error { let name: String }
}
