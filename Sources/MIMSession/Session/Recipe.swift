import MIMFormats
import MIMModels
import MIMScript
import MIMTensor

/// The code that makes a figure again. It is embedded in every figure file, without clock times, so that
/// the same run gives the same bytes. Its text is a notebook with only the cells that are needed.
public struct Recipe: Sendable {
  /// The notebook, if one ran.
  public var notebook: String?
  /// The statements that are needed, in order, each with its cell; the last one draws.
  public var statements: [(cell: String?, text: String)]
  /// The parameters that the statements read, and their values.
  public var params: [(name: String, value: Value)]
  /// The session's seed.
  public var seed: UInt64
  /// Dots per inch, and width in inches unless each figure has its own.
  public var drawing: (dpi: Int, width: Double?)
  /// The data files that were read.
  public var data: [DataFile]
  /// The version of mim-repl.
  public var version: String

  /// The text that figures embed.
  public var text: String {
    let width = drawing.width.map { ", width: \($0)" } ?? ""
    var lines = ["---", "seed: \(seed)", "mim: \">=\(version)\""]
    lines.append("figures: {dpi: \(drawing.dpi)\(width)}")
    if !params.isEmpty {
      lines.append("params:")
      lines += params.map { "  \($0.name): \($0.value.json.text())" }
    }
    lines.append("---")
    lines.append("<!-- mim-repl \(version)\(notebook.map { ", from \($0)" } ?? "") -->")
    lines.append("<!-- \(fingerprint) -->")
    lines += data.map { "<!-- data \($0.path) sha256 \($0.sha256) -->" }
    return lines.joined(separator: "\n") + "\n" + cells.joined() + "\n"
  }

  /// Identifies the statement and cell that drew the figure: a file that contains it may be replaced
  /// by the same statement.
  public var fingerprint: String {
    guard let last = statements.last else { return Self.fingerprint(notebook, nil, nil) }
    return Self.fingerprint(notebook, last.cell, last.text)
  }

  static func fingerprint(_ notebook: String?, _ cell: String?, _ statement: String?) -> String {
    let last = statement.map { "\(cell ?? "")\n\($0)" } ?? ""
    return "statement " + SHA256.hexadecimal(of: Array("\(notebook ?? "")\n\(last)".utf8))
  }

  /// One fenced block for each run of statements from the same cell.
  private var cells: [String] {
    var result: [String] = []
    var index = 0
    while index < statements.count {
      let cell = statements[index].cell
      let group = statements[index...].prefix { $0.cell == cell }
      let label = cell.map { "#| label: \($0)\n" } ?? ""
      result.append("```mim\n\(label)" + group.map { $0.text + "\n" }.joined() + "```\n")
      index += group.count
    }
    return result
  }
}
