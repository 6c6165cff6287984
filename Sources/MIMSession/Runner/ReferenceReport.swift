import Foundation
import MIMCPU
import MIMScript
import MIMTensor

/// What `mim-repl verify` prints: for each file a table of its quantities.
struct ReferenceReport: HostObject {
  let rows: [VerificationRow]
  /// Files that nothing here knows.
  let unsupported: [String]

  var typeName: String { "verification" }
  var fieldNames: [String] { [] }
  func field(_ name: String) -> Value? { nil }

  /// One object a row, then one a file that is not supported.
  var json: JSON {
    .array(
      rows.map { row in
        .object([
          ("file", .string(row.file)), ("quantity", .string(row.quantity)),
          ("reference", number(row.reference)), ("ours", number(row.ours)),
          ("error", number(row.error)), ("tolerance", number(row.tolerance)), ("ok", .bool(row.ok)),
          ("instruction_set", .string(InstructionSet.inUse.rawValue)),
        ])
      } + unsupported.map { .object([("file", .string($0)), ("supported", .bool(false))]) })
  }

  /// The tables. Quantities are never cut, so lines may be longer than `width`.
  func summary(width: Int) -> [String] {
    var lines: [String] = []
    var rest = rows[...]
    while let first = rest.first {
      let group = rest.prefix { $0.file == first.file }
      rest = rest.dropFirst(group.count)
      lines += [first.file] + table(group) + [""]
    }
    lines += unsupported.map { "\($0): not supported yet" }
    let set = InstructionSet.inUse.title
    return lines + ["\(set): \(rows.count) quantities compared, \(rows.count { !$0.ok }) off"]
  }

  private func table(_ rows: ArraySlice<VerificationRow>) -> [String] {
    let longest = rows.map(\.quantity.count).max() ?? 0
    func line(_ name: String, _ cells: [String]) -> String {
      let margin = String(repeating: " ", count: max(0, longest - name.count))
      let columns = cells.map { String(repeating: " ", count: max(0, 13 - $0.count)) + $0 }
      return "  " + name + margin + columns.joined()
    }
    let heading = line("quantity", ["reference", "ours", "error", "tolerance"])
    return [heading]
      + rows.map { row in
        let numbers = [
          String(format: "%.6g", row.reference), String(format: "%.6g", row.ours),
          String(format: "%.1e", row.error), String(format: "%.1e", row.tolerance),
        ]
        return line(row.quantity, numbers) + (row.ok ? "" : "  OFF")
      }
  }

  private func number(_ value: Double) -> JSON { Value.number(value).json }
}
