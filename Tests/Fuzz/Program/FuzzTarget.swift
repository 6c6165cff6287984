import Foundation
import MIMFormats
import MIMModels
import MIMScript
import MIMSession
import MIMTensor
import MIMWatch

/// A reader of the program that gets made-up bytes.
struct FuzzTarget: Sendable {
  let name: String
  /// Errors are what is expected; anything else that goes wrong ends the program.
  let read: @Sendable ([UInt8]) -> Void

  init(_ name: String, _ read: @escaping @Sendable ([UInt8]) throws -> Void) {
    self.name = name
    self.read = { try? read($0) }
  }

  /// A reader of files, which get the bytes under a name.
  /// - Parameter place: the name of the file within a fresh folder.
  init(
    _ name: String, file place: String, _ read: @escaping @Sendable (_ path: String) throws -> Void
  ) {
    self.init(name) { bytes in
      let path = "\(Scratch.folder)/\(name)/\(place)"
      try Scratch.write(bytes, to: path)
      try read(path)
    }
  }

  /// All readers, by name.
  static let all: [FuzzTarget] =
    language + editors + data + [
      FuzzTarget("safetensors") { _ = try SafeTensors(bytes: $0, path: "fuzz") },
      FuzzTarget("model") { _ = try Model(safetensors: $0, path: "fuzz") },
      FuzzTarget("checkpoint", file: "c.safetensors") {
        _ = try Checkpoint(contentsOf: $0, catalog: .standard)
      },
      FuzzTarget("store", file: "runs.sqlite") { path in
        for ending in ["-wal", "-shm"] { unlink(path + ending) }
        _ = try Commands.listRuns(path, as: .csv)
      },
      FuzzTarget("recipe", file: "f.png") { path in
        _ = Commands.recipe(path, output: SilentOutput())
      },
      FuzzTarget("value") { bytes in
        _ = try Session(output: SilentOutput()).restored(from: bytes)
      },
      FuzzTarget("record", file: "run.json") { path in
        let record = try RunComparison(reading: path)
        _ = try record.compare(path, tolerance: 0, SilentOutput())
      },
      FuzzTarget("request") { bytes in
        let parts = String(decoding: bytes, as: UTF8.self).split(
          separator: "\n", omittingEmptySubsequences: false
        ).map(String.init)
        _ = Doorkeeper().admits(
          path: parts.first ?? "", host: parts.dropFirst().first,
          origin: parts.dropFirst(2).first)
      },
    ]
}

/// Files that readers get.
enum Scratch {
  /// In memory, where the system has such a place.
  static let folder: String = {
    let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()
    return "\(parent)/mim-fuzz-\(getpid())"
  }()

  static func write(_ bytes: [UInt8], to path: String) throws {
    try AtomicFile.makeFolder((path as NSString).deletingLastPathComponent)
    guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
      fatalError("\(path) cannot be written")
    }
  }
}

/// Nobody reads it.
final class SilentOutput: SessionOutput {
  func show(_ shown: ShownValue) { _ = shown.value.json.text() }
  func message(_ text: String) {}
  func progress(_ update: ProgressUpdate) {}
  func failure(_ error: ScriptError, text: String) {}
}
