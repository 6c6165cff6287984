import MIMFormats
import MIMScript

/// Notebooks of Jupyter (nbformat 4): written from ours, and read as ours. Results are in neither direction.
package enum JupyterNotebook {
  /// The name of the language in an `.ipynb`.
  static let language = "mim"

  // MARK: Writing

  /// A notebook as JSON of nbformat 4.5: front matter is a raw cell, prose is Markdown cells, cells are code cells without outputs.
  package static func json(_ notebook: Notebook) -> String {
    var ids: Set<String> = []
    var cells: [JSON] = []
    if let frontMatter = notebook.frontMatter {
      cells.append(cell("raw", "---\n\(frontMatter.text)---", id("front-matter", &ids), []))
    }
    for block in notebook.blocks {
      switch block {
      case .prose(let prose):
        guard !prose.text.allSatisfy(\.isWhitespace) else { continue }
        cells.append(cell("markdown", trimmed(prose.text), id("text-\(cells.count)", &ids), []))
      case .cell(let code):
        let fields: [(key: String, value: JSON)] = [
          (key: "execution_count", value: .null), (key: "outputs", value: .array([])),
        ]
        cells.append(cell("code", trimmed(code.source.text), id(code.name, &ids), fields))
      }
    }
    return file(cells)
  }

  /// A file of cells.
  static func file(_ cells: [JSON]) -> String {
    let metadata: JSON = .object([
      (
        key: "kernelspec",
        value: .object([
          (key: "display_name", value: .string("MIMScript")),
          (key: "language", value: .string(language)), (key: "name", value: .string(language)),
        ])
      ),
      (
        key: "language_info",
        value: .object([
          (key: "file_extension", value: .string(".mim")), (key: "name", value: .string(language)),
          (key: "pygments_lexer", value: .string(language)),
        ])
      ),
    ])
    return JSON.object([
      (key: "cells", value: .array(cells)), (key: "metadata", value: metadata),
      (key: "nbformat", value: .number(4)), (key: "nbformat_minor", value: .number(5)),
    ]).text(pretty: true) + "\n"
  }

  /// A cell with fields beside those that all have.
  static func cell(
    _ type: String, _ text: String, _ id: String, _ more: [(key: String, value: JSON)]
  ) -> JSON {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let source = lines.enumerated().map { number, line in
      JSON.string(number < lines.count - 1 ? line + "\n" : String(line))
    }
    let all =
      [
        (key: "cell_type", value: JSON.string(type)), (key: "id", value: .string(id)),
        (key: "metadata", value: .object([])),
        (key: "source", value: .array(text.isEmpty ? [] : source)),
      ] + more
    return .object(all.sorted { $0.key < $1.key })
  }

  /// A name that the format takes as an id: up to 64 plain characters, once in a file.
  static func id(_ name: String, _ used: inout Set<String>) -> String {
    let plain = name.unicodeScalars.map { scalar -> Character in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9") ~= scalar)
      return isPlain ? Character(scalar) : "-"
    }
    let base = plain.isEmpty ? "cell" : String(plain.prefix(50))
    var id = base
    var number = 2
    while !used.insert(id).inserted {
      id = "\(base)-\(number)"
      number += 1
    }
    return id
  }

  /// Without empty lines at its ends.
  private static func trimmed(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while lines.first?.allSatisfy(\.isWhitespace) == true { lines.removeFirst() }
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    return lines.joined(separator: "\n")
  }

  // MARK: Reading

  /// A notebook of ours, and what of the other could not be taken over.
  package static func notebook(
    from bytes: [UInt8], name: String
  ) throws -> (text: String, notes: [String]) {
    guard let json = JSON(parsing: bytes), case .object = json, case .array = json["cells"] else {
      throw error("`\(name)` is no notebook of Jupyter", "it has to be JSON with a list `cells`")
    }
    guard json["nbformat"].int == 4 else {
      throw error(
        "`\(name)` has another format than nbformat 4", "open it in Jupyter and save it again")
    }
    let metadata = json["metadata"]
    let found = [metadata["kernelspec"]["language"], metadata["language_info"]["name"]]
      .compactMap(\.string)
    if let other = found.first(where: { $0.lowercased() != language }) {
      throw error(
        "the cells of `\(name)` are in the language \(VisibleText.onOneLine(other)), not in MIMScript",
        "its code would have to be written anew; `mim-repl new FILE.mimnb` writes a notebook to begin with"
      )
    }
    var reader = JupyterReader(name: name)
    for (place, cell) in json["cells"].elements.enumerated() { try reader.take(cell, place + 1) }
    return (reader.text, reader.notes)
  }

  static func error(_ message: String, _ advice: String) -> ScriptError {
    ScriptError("E623", message, kind: .check, notes: [advice])
  }
}

/// Puts the cells of an `.ipynb` into a text, one after the other.
private struct JupyterReader {
  let name: String
  private(set) var text = ""
  private var outputs = 0
  private var attachments = 0

  init(name: String) { self.name = name }

  var notes: [String] {
    var notes: [String] = []
    if outputs > 0 { notes.append("the results of \(outputs) cells were left out") }
    if attachments > 0 {
      notes.append("\(attachments) cells have pictures inside, which were left out")
    }
    return notes
  }

  mutating func take(_ cell: JSON, _ number: Int) throws {
    guard let source = source(cell) else {
      throw JupyterNotebook.error("cell \(number) of `\(name)` has no text", "`source` is missing")
    }
    if !cell["outputs"].elements.isEmpty { outputs += 1 }
    if case .object(let pictures) = cell["attachments"], !pictures.isEmpty { attachments += 1 }
    switch cell["cell_type"].string {
    case "code": add(fenced(source, "mim"))
    case "markdown": try addProse(source, number)
    case "raw" where text.isEmpty && source.hasPrefix("---\n"): add(source)
    case "raw": add(fenced(source, "text"))
    default:
      throw JupyterNotebook.error(
        "cell \(number) of `\(name)` is neither code nor text", "`cell_type` says what it is")
    }
  }

  private func source(_ cell: JSON) -> String? {
    if let text = cell["source"].string { return text }
    guard case .array(let lines) = cell["source"] else { return nil }
    let texts = lines.compactMap(\.string)
    return texts.count == lines.count ? texts.joined() : nil
  }

  /// Text of a cell with an empty line before it.
  private mutating func add(_ part: String) {
    var lines = part.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
    while lines.hasSuffix("\n") { lines.removeLast() }
    if !text.isEmpty { text += "\n" }
    text += lines + "\n"
  }

  /// Prose must not hold what would run, nor swallow what follows.
  private mutating func addProse(_ source: String, _ number: Int) throws {
    guard !source.allSatisfy(\.isWhitespace) else { return }
    let draft = try? NotebookReader.read(Array(("\n" + source + "\n").utf8), name: name)
    guard let draft else {
      throw JupyterNotebook.error(
        "the text of cell \(number) of `\(name)` has a fence or a value with a mistake",
        "mend it there: what follows would become part of it")
    }
    guard draft.cells.isEmpty else {
      throw JupyterNotebook.error(
        "the text of cell \(number) of `\(name)` has a fence ```mim, which would run",
        "give the fence another word, such as ```mim-example")
    }
    // A line --- on top would begin front matter.
    if text.isEmpty, source.hasPrefix("---") { text = "\n" }
    add(source)
  }

  /// A fence that no line of the code closes.
  private func fenced(_ code: String, _ word: String) -> String {
    let longest = code.split { $0 != "`" }.map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)\(word)\n\(code.hasSuffix("\n") || code.isEmpty ? code : code + "\n")\(fence)"
  }
}
