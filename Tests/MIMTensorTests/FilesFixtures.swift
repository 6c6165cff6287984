import Foundation
import MIMTensor

/// Files made by other people's software (Tests/References/data_fixtures.py).
enum FilesFixtures {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/data").path

  static func path(_ name: String) -> String { "\(folder)/\(name)" }

  static func bytes(_ name: String) throws -> [UInt8] { try FileReader.bytes(of: path(name)) }

  /// Runs `body` with a fresh folder that is removed afterwards.
  static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("files-tests-\(UUID().uuidString)").path
    try AtomicFile.makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  /// The 2 × 3 × 4 array that most fixtures hold: (0…23 − 5) / 4.
  static let grid = HostArray((0..<24).map { (Float($0) - 5) / 4 }, shape: [2, 3, 4])
}
