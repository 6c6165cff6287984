import MIMFormats
import MIMLanguageServer
import MIMScript
import MIMSession

extension FuzzTarget {
  /// What works on texts while they are written, and notebooks of Jupyter.
  static let editors: [FuzzTarget] = [
    FuzzTarget("format") { bytes in
      let once = try formatted(bytes)
      guard try formatted(once) == once else { fatalError("laid out twice is not laid out once") }
    },
    FuzzTarget("ipynb") { bytes in
      let found = try JupyterNotebook.notebook(from: bytes, name: "fuzz.ipynb")
      _ = JSON(parsing: Array(found.text.utf8))
    },
    // Lines are messages of an editor that has opened a text.
    FuzzTarget("lsp") { bytes in
      let server = openServer(with: "toy = load toy \"4\"\nshow toy\n")
      for line in bytes.split(separator: 0x0a).prefix(50) { server.receive(Array(line)) }
      server.settle()
      server.finishBackgroundWork()
    },
    // The bytes are the text, and an editor asks for everything at three places in it.
    FuzzTarget("editor") { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      let server = openServer(with: text)
      server.settle()
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      for line in Set([0, lines.count / 2, lines.count - 1]) {
        let column = lines[line].utf16.count / 2
        let place =
          "\"textDocument\":\(document),"
          + "\"position\":{\"line\":\(line),\"character\":\(column)}"
        for (number, method) in ["completion", "hover", "definition", "references"].enumerated() {
          let more = ",\"context\":{\"includeDeclaration\":true}"
          server.receive(request(number + 2, method, place + more))
        }
        server.receive(request(9, "rename", place + ",\"newName\":\"other\""))
      }
      for (number, method) in ["documentSymbol", "formatting", "codeLens"].enumerated() {
        server.receive(request(number + 20, method, "\"textDocument\":\(document),\"options\":{}"))
      }
      server.finishBackgroundWork()
    },
  ]

  private static let document = "{\"uri\":\"file:///fuzz.mim\"}"

  private static func formatted(_ bytes: [UInt8]) throws -> [UInt8] {
    let vocabulary = builtinTable.vocabulary
    return NotebookFormatter.looksLikeNotebook(bytes)
      ? try NotebookFormatter.format(bytes, name: "fuzz", vocabulary: vocabulary)
      : try NotebookFormatter.formatScript(bytes, name: "fuzz", vocabulary: vocabulary)
  }

  private static func request(_ id: Int, _ method: String, _ params: String) -> [UInt8] {
    message("\"id\":\(id),\"method\":\"textDocument/\(method)\"", params)
  }

  private static func message(_ head: String, _ params: String) -> [UInt8] {
    Array("{\"jsonrpc\":\"2.0\",\(head),\"params\":{\(params)}}".utf8)
  }

  private static func openServer(with text: String) -> LanguageServer {
    let server = LanguageServer(table: builtinTable) { _ = $0.text() }
    server.receive(message("\"id\":1,\"method\":\"initialize\"", "\"capabilities\":{}"))
    server.receive(message("\"method\":\"initialized\"", ""))
    let opened =
      "\"textDocument\":{\"uri\":\"file:///fuzz.mim\",\"languageId\":\"mim\",\"version\":1,\"text\":"
      + JSON.string(text).text() + "}"
    server.receive(message("\"method\":\"textDocument/didOpen\"", opened))
    return server
  }
}
