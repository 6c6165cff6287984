import Foundation
import MIMTensor

/// Reads the files of the command line.
enum FileText {
  /// Nothing that a person writes is longer.
  static let limit = 64 << 20

  /// The bytes of a file, or of stdin for `-`.
  static func bytes(_ path: String) throws -> [UInt8] {
    if path == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
    do {
      let file = try FileReader(path)
      guard file.size <= limit else {
        throw Halt.usage(
          "`\(path)` is larger than \(limit >> 20) MiB, the limit for a notebook or script")
      }
      return try file.read(at: 0, count: file.size)
    } catch let error as FileError {
      throw Halt.usage("\(error)")
    }
  }

  /// Whether there is nothing to read.
  static func isMissing(_ path: String) -> Bool { !FileManager.default.fileExists(atPath: path) }

  /// What messages call a file.
  static func name(_ path: String) -> String { path == "-" ? "<stdin>" : path }

  /// The path from the root of the file system.
  static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }

  /// A notebook's name without folders and extension: `notebooks/toy.mimnb` is `toy`.
  static func stem(_ path: String) -> String {
    if path == "-" { return "stdin" }
    var name = path.split(separator: "/").last.map(String.init) ?? path
    for ending in [".md", ".mimnb", ".mim"] where name.hasSuffix(ending) {
      name.removeLast(ending.count)
    }
    // `...mimnb` would be the folder `..`, above the outputs.
    return name.allSatisfy { $0 == "." } ? "notebook" : name
  }
}
