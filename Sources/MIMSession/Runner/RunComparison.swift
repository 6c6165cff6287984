import Foundation
import MIMScript

/// `--verify run.json`: compares the results of a run with those of an earlier one: statuses, values and tables number by number,
/// pixels of figures by their hash. Clock times, keys and paths of data don't count.
package struct RunComparison {
  /// Something that differs.
  struct Difference {
    let cell: String
    let what: String
    let before: String
    let now: String
  }

  private let path: String
  private let cells: [[String: Any]]

  /// Reads a run.json. Throws a `Halt` where there is none.
  package init(reading path: String) throws {
    self.path = path
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Halt.usage("there is no file `\(path)` for --verify")
    }
    guard let record = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let cells = record["cells"] as? [[String: Any]]
    else { throw Halt.usage("`\(path)` is not the run.json of a finished run") }
    self.cells = cells
  }

  /// Compares with another run.json, and shows what differs.
  package func compare(
    _ other: String, tolerance: Double, _ output: any SessionOutput
  ) throws -> ExitCode {
    let now = try RunComparison(reading: other)
    let differences = differences(to: now, tolerance: tolerance)
    guard !differences.isEmpty else {
      output.message("verified: the results are those of \(path)")
      return .ok
    }
    let table = Table(
      title: "what differs from \(path)",
      columns: ["cell", "what", "before", "now"].map { Table.Column($0) },
      rows: differences.prefix(50).map {
        [.string($0.cell), .string($0.what), .string($0.before), .string($0.now)]
      },
      notes: differences.count > 50 ? ["and \(differences.count - 50) more"] : [])
    output.show(ShownValue(value: .table(table), statement: ""))
    let error = ScriptError(
      "E622",
      differences.count == 1
        ? "one result differs from `\(path)`"
        : "\(differences.count) results differ from `\(path)`")
    output.failure(error, text: Diagnostics.render(error))
    return .stale
  }

  private func differences(to other: RunComparison, tolerance: Double) -> [Difference] {
    func named(_ cells: [[String: Any]]) -> [String: [String: Any]] {
      Dictionary(cells.map { ($0["label"] as? String ?? "", $0) }) { first, _ in first }
    }
    let (before, now) = (named(cells), named(other.cells))
    var result: [Difference] = []
    let names =
      cells.map { $0["label"] as? String ?? "" }
      + other.cells.map { $0["label"] as? String ?? "" }.filter { before[$0] == nil }
    for name in names {
      guard let a = before[name], let b = now[name] else {
        result.append(
          Difference(
            cell: name, what: "the cell", before: before[name] == nil ? "not there" : "there",
            now: now[name] == nil ? "not there" : "there"))
        continue
      }
      for key in ["status", "values", "tables", "figures"] {
        compare(a[key], b[key], name, key, tolerance, &result)
      }
      let (code, newCode) = (Self.code(a), Self.code(b))
      compare(code, newCode, name, "error", tolerance, &result)
    }
    return result
  }

  private static func code(_ cell: [String: Any]) -> Any? {
    (cell["error"] as? [String: Any])?["code"]
  }

  private func compare(
    _ a: Any?, _ b: Any?, _ cell: String, _ what: String, _ tolerance: Double,
    _ result: inout [Difference]
  ) {
    func note() {
      result.append(Difference(cell: cell, what: what, before: Self.text(a), now: Self.text(b)))
    }
    switch (a, b) {
    case (let a as [String: Any], let b as [String: Any]):
      // Where data lies and how long training took say nothing about the results.
      for key in Set(a.keys).union(b.keys).sorted()
      where (key != "files" || what != "values") && key != TrainingTime.word {
        compare(a[key], b[key], cell, "\(what).\(key)", tolerance, &result)
      }
    case (let a as [Any], let b as [Any]):
      guard a.count == b.count else { return note() }
      for (index, pair) in zip(a, b).enumerated() {
        compare(pair.0, pair.1, cell, "\(what)[\(index + 1)]", tolerance, &result)
      }
    case (let a as NSNumber, let b as NSNumber):
      let (x, y) = (a.doubleValue, b.doubleValue)
      let isNear = x == y || abs(x - y) <= tolerance * max(abs(x), abs(y))
      if !isNear { note() }
    case (let a as String, let b as String): if a != b { note() }
    case (nil, nil), (is NSNull, is NSNull), (nil, is NSNull), (is NSNull, nil): break
    default: note()
    }
  }

  private static func text(_ value: Any?) -> String {
    switch value {
    case nil, is NSNull: "nothing"
    case let text as String: text.count > 40 ? String(text.prefix(12)) + "…" : text
    case let number as NSNumber: "\(number)"
    case let list as [Any]: "a list of \(list.count)"
    default: "a value"
    }
  }
}
