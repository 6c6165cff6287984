import Foundation
import MIMModels
import MIMTensor

/// Fixtures and temporary folders for the data tests.
enum DataFixtures {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/data").path

  static func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// An environment without any of this machine's folders, and without a network.
  static func environment(
    mimData: String? = nil, home: String = "/nowhere",
    downloader: any Downloader = NoDownloader(), largestDataSize: Int = 1 << 30
  ) -> DataEnvironment {
    var variables = ["HOME": home]
    variables["MIM_DATA"] = mimData
    return DataEnvironment(
      variables: variables, systemFolder: "/nowhere/system", downloader: downloader,
      largestDataSize: largestDataSize)
  }

  /// Runs `body` with a fresh folder that is removed afterwards.
  static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("data-tests-\(UUID().uuidString)").path
    try AtomicFile.makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  /// Loads what `path` names with the options that `change` sets.
  static func load(
    _ name: String, argument: String? = nil, environment: DataEnvironment = environment(),
    _ change: (inout DataOptions) -> Void = { _ in }
  ) throws -> Dataset {
    var options = DataOptions()
    change(&options)
    return try Dataset.load(
      DataRequest(name, argument: argument, options: options, environment: environment))
  }

  /// Probes what `path` names with the options that `change` sets.
  static func probe(
    _ name: String, argument: String? = nil, environment: DataEnvironment = environment(),
    _ change: (inout DataOptions) -> Void = { _ in }
  ) throws -> DataProbe {
    var options = DataOptions()
    change(&options)
    return try Dataset.probe(
      DataRequest(name, argument: argument, options: options, environment: environment))
  }

  /// Numbers that NumPy, Pillow and SciPy computed.
  static func golden() throws -> Golden {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      Golden.self, from: Data(contentsOf: URL(fileURLWithPath: path("golden.json"))))
  }

  /// The content of golden.json.
  struct Golden: Decodable {
    struct Picture: Decodable {
      let width: Int
      let height: Int
      let pixels: [UInt8]
    }
    struct Toy: Decodable {
      let locs: [Float]
      let scale: [Float]
    }
    struct Density: Decodable {
      let points: [Float]
      let log: [Double]
    }
    let png: [String: Picture]
    let toys: [String: Toy]
    let density: Density
    let uniforms: [Double]
    let binomialsSha256: String
    let odd: [Float]
    let binomialsOdd: String
    let smallValSha256: String
    let smallTestSha256: String
    let smallSha256: [String: String]
  }
}

/// A machine without network.
struct NoDownloader: Downloader {
  func download(_ address: String, to path: String) throws {
    throw DataError.download(address: address, reason: "no network")
  }
}
