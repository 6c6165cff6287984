import Foundation

/// What a later run needs of an earlier run.json.
struct RunRecord: Decodable {
  /// The files that the run wrote, relative to its folder.
  let files: [String]

  /// Reads a run.json; nil when there is none or it is not ours.
  static func read(_ path: String) -> RunRecord? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    return try? JSONDecoder().decode(RunRecord.self, from: data)
  }
}
