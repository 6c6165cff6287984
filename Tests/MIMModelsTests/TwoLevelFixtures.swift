import Foundation
import MIMModels
import MIMTensor

/// Reference numbers of tiny two-level models made with PyTorch (Tests/References/two_level.py), whose
/// parameters and inputs are made here by the same rule.
struct TwoLevelFixture {
  private struct Filled: Decodable {
    let shape: [Int]
    let start: Double
    let scale: Double
  }
  private struct Stored: Decodable {
    let shape: [Int]
    let elements: [Double]
  }
  private struct File: Decodable {
    let arrays: [String: Stored]
    let fills: [String: Filled]
  }

  let arrays: [String: HostArray<Float>]
  let reference: Data

  init(_ stem: String) throws {
    let data = try Data(
      contentsOf: URL(fileURLWithPath: "\(Fixtures.folder)/two-level/\(stem).json"))
    let file = try JSONDecoder().decode(File.self, from: data)
    var arrays = file.arrays.mapValues {
      HostArray($0.elements.map { Float($0) }, shape: Shape($0.shape))
    }
    for (name, fill) in file.fills {
      let isInput = name == "x" || name.hasPrefix("eps_")
      arrays[isInput ? name : "param.\(name)"] = Self.array(name, fill)
    }
    for (name, weight) in arrays
    where name.hasPrefix("param.pixelcnn") && weight.shape.rank == 4 {
      let mask = name.replacingOccurrences(of: ".weight", with: ".mask")
      arrays[mask] = Self.mask(weight.shape, isFirst: name == "param.pixelcnn.0.weight")
    }
    self.arrays = arrays
    let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    reference = try JSONSerialization.data(withJSONObject: object?["reference"] ?? [:])
  }

  /// A Weyl sequence in ±scale; x is its sign, a running variance lies around 0.7.
  private static func array(_ name: String, _ fill: Filled) -> HostArray<Float> {
    let count = fill.shape.reduce(1, *)
    let elements = (1...count).map { index -> Float in
      let place = (fill.start + Double(index) * 0.6180339887498949)
        .truncatingRemainder(dividingBy: 1)
      let value = Float((place * 2 - 1) * fill.scale)
      if name == "x" { return value > 0 ? 1 : 0 }
      return name.hasSuffix("running_var") ? value + 0.7 : value
    }
    return HostArray(elements, shape: Shape(fill.shape))
  }

  /// Above the middle, and left of it in the same row; the middle itself but in the first layer.
  private static func mask(_ shape: Shape, isFirst: Bool) -> HostArray<Float> {
    let kept = isFirst ? 4 : 5
    return HostArray((0..<shape.count).map { $0 % 9 < kept ? 1 : 0 }, shape: shape)
  }

  /// The parameters, without masks.
  var parameters: [String: HostArray<Float>] {
    var parameters: [String: HostArray<Float>] = [:]
    for (name, value) in arrays where name.hasPrefix("param.") && !name.hasSuffix(".mask") {
      parameters[String(name.dropFirst(6))] = value
    }
    return parameters
  }

  /// Compares every quantity, after a change of the arrays.
  func verify(
    _ family: String, changing change: (inout [String: HostArray<Float>]) -> Void = { _ in }
  ) throws -> [VerificationRow] {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    var changed = arrays
    change(&changed)
    let file = SafeTensors(tensors: changed.mapValues(StoredArray.float32), metadata: [:])
    try file.write(to: folder.appending(path: "\(family)-tiny.safetensors").path)
    try AtomicFile.write(
      String(decoding: reference, as: UTF8.self),
      to: folder.appending(path: "\(family)-tiny.json").path)
    return try OracleVerification.verify("\(family)-tiny", in: folder.path)
  }
}
