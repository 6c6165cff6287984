import Foundation
import MIMScript
import MIMSession

/// A notebook run with the real verbs and a cache of its own, in a folder that several runs may share.
struct CachedRun {
  let code: ExitCode
  let output: CollectedOutput
  let folder: TemporaryFolder
  /// run.json, and its text.
  let record: [String: Any]
  private let text: String

  init(
    _ text: String, in folder: TemporaryFolder, out: String = "out", name: String = "note.mimnb",
    _ change: (inout RunOptions) -> Void = { _ in }
  ) throws {
    self.folder = folder
    output = CollectedOutput()
    let file = try folder.write(text, to: name)
    var options = RunOptions()
    options.outputFolder = "\(folder.path)/\(out)"
    options.threads = 1
    options.jobs = 1
    options.cache = Self.store(folder)
    change(&options)
    code = Commands.run(file, options: options, output: output, interruption: Interruption())
    let path = "\(options.outputFolder ?? "")/run.json"
    let data = FileManager.default.contents(atPath: path) ?? Data()
    self.text = String(decoding: data, as: UTF8.self)
    record = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:]
  }

  /// The cache of a folder.
  static func store(_ folder: TemporaryFolder) -> ResultStore {
    ResultStore(path: folder.path + "/cache/results-1")
  }

  /// run.json without clock times and what was found.
  var results: String {
    guard let range = text.range(of: "\"timing\"") else { return text }
    return String(text[..<range.lowerBound])
  }

  /// The cells whose results were all found.
  var found: [String] {
    (record["timing"] as? [String: Any])?["found"] as? [String] ?? []
  }

  /// The labels of all cells.
  var cells: [String] { cellRecords.map { $0["label"] as? String ?? "" } }

  /// The cells that ran.
  var ran: [String] {
    cellRecords.filter { $0["status"] as? String != "not run" }
      .map { $0["label"] as? String ?? "" }.filter { !found.contains($0) }
  }

  /// The keys of the cells.
  var keys: [String: String] {
    Dictionary(
      cellRecords.map { ($0["label"] as? String ?? "", $0["key"] as? String ?? "") }
    ) { first, _ in first }
  }

  private var cellRecords: [[String: Any]] { record["cells"] as? [[String: Any]] ?? [] }

  /// A value of a cell.
  func value(_ name: String, of cell: String) -> Any? {
    (cellRecords.first { $0["label"] as? String == cell }?["values"] as? [String: Any])?[name]
  }
}
