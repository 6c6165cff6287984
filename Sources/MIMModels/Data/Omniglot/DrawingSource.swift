import Foundation
import MIMFormats
import MIMTensor

/// A place with PNGs in it, whose names are known without reading them.
protocol DrawingSource {
  /// The archive or folder.
  var path: String { get }
  /// The PNGs: their path inside, and their number there.
  var entries: [(name: String, number: Int)] { get }
  /// A drawing's bytes.
  func bytes(of drawing: OmniglotDrawings.Drawing) throws -> [UInt8]
  /// The record of the file itself; nil for a folder.
  func file() throws -> DataFile?
}

/// A folder with alphabet/character/drawing.png below it, at any depth.
struct DrawingFolder: DrawingSource {
  let path: String
  let entries: [(name: String, number: Int)]
  /// More files than this is no folder of drawings.
  private static let largestCount = 1_000_000

  init(_ path: String) throws {
    self.path = path
    FileTrace.note(path, .listing)
    guard let names = FileManager.default.enumerator(atPath: path) else {
      throw FileError.system(path: path, action: "list the folder", reason: "it cannot be read")
    }
    var entries: [(name: String, number: Int)] = []
    var count = 0
    for case let name as String in names {
      count += 1
      guard count <= Self.largestCount else {
        throw DataError.unusableArrays(
          path: path, detail: "it contains more than \(Self.largestCount) files")
      }
      if DrawingName.isDrawing(name) { entries.append((name, entries.count)) }
    }
    self.entries = entries.sorted { $0.name < $1.name }
  }

  func bytes(of drawing: OmniglotDrawings.Drawing) throws -> [UInt8] {
    try FileReader.bytes(of: "\(path)/\(drawing.path)", limit: OmniglotDrawings.largestDrawing)
  }

  func file() throws -> DataFile? { nil }
}

/// What the names of drawings look like.
enum DrawingName {
  /// Whether it is a PNG that is not hidden, in no hidden folder and none of macOS's copies.
  static func isDrawing(_ name: String) -> Bool {
    name.lowercased().hasSuffix(".png")
      && !name.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "__MACOSX" }
  }
}
