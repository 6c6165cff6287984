import Foundation
import MIMScript

extension Commands {
  /// Prints what a store of results holds: a line for each statement, the one that was used last first.
  public static func listResults(_ store: ResultStore, width: Int = 100) -> String {
    let items = store.items
    let total = items.map(\.bytes).reduce(0, +)
    let records = items.filter { $0.kind == .record }
    let rows = records.compactMap { item -> [String]? in
      guard let bytes = store.read(item.key, .record, touching: false),
        let list = try? BinaryDecoder.value(RecordList.self, from: bytes),
        let record = list.records.first
      else { return nil }
      let notebook = record.notebook.split(separator: "/").last.map(String.init) ?? ""
      return [
        item.used.formatted(.iso8601.dateTimeSeparator(.space)), record.seconds.text(3) + " s",
        notebook, record.cell, record.code.split(separator: "\n").first.map(String.init) ?? "",
      ]
    }
    let widths = (0..<4).map { column in rows.map { TextWidth.columns($0[column]) }.max() ?? 0 }
    var lines = rows.map { row in
      let head = zip(row, widths).map { text, width in
        text + String(repeating: " ", count: max(0, width - TextWidth.columns(text)))
      }.joined(separator: "  ")
      let room = max(20, width - TextWidth.columns(head) - 2)
      let code = row[4]
      return head + "  " + (code.count > room ? code.prefix(room - 1) + "…" : code)
    }
    if !lines.isEmpty { lines.append("") }
    lines.append(
      "\(records.count) statements, \(total.byteText) of \(store.limit.byteText) in \(store.path)")
    return lines.map { $0 + "\n" }.joined()
  }

  /// Removes what was not used for longest until the store takes at most `limit` bytes; all of it for 0. Gives a line.
  public static func shrinkResults(_ store: ResultStore, to limit: Int) throws -> String {
    let removed = limit == 0 ? store.clear() : store.shrink(to: limit)
    let left = store.items
    let total = left.map(\.bytes).reduce(0, +)
    guard total <= limit else {
      throw ScriptError(
        "E540", "files of the cache in `\(store.path)` cannot be removed",
        notes: ["\(total.byteText) are left; is the folder read-only?"])
    }
    return "removed \(removed.byteText), \(total.byteText) are left in \(store.path)\n"
  }
}
