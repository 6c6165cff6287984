import Foundation

/// What a later run needs of an earlier run.json. The names are those of its keys.
struct RunRecord: Decodable {
  /// A file that a run before that one wrote.
  struct EarlierFile: Codable {
    /// Relative to the folder.
    let path: String
    /// The notebook of that run.
    var notebook: String?
    /// SHA-256 of what was written, for files that the run named itself.
    var sha256: String?
  }

  private struct Notebook: Decodable { var path: String? }

  /// The files that the run wrote, relative to its folder.
  let files: [String]
  /// What it wrote into those that it named itself.
  private let files_sha256: [String: String]?
  private let earlier: [EarlierFile]?
  private let notebook: Notebook?

  /// Reads a run.json; nil when there is none or it is not ours.
  static func read(_ path: String) -> RunRecord? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    return try? JSONDecoder().decode(RunRecord.self, from: data)
  }

  /// All that runs wrote into the folder, that run and those before it.
  var allFiles: [EarlierFile] {
    (earlier ?? [])
      + files.map {
        EarlierFile(path: $0, notebook: notebook?.path, sha256: files_sha256?[$0])
      }
  }
}
