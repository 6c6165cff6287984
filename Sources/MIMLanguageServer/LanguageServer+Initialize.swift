import Foundation
import MIMScript
import MIMSession

extension LanguageServer {
  /// Takes what the client says of itself, and tells what this server can do.
  func initialize(_ params: JSON) -> JSON {
    let symbols = params["capabilities"]["textDocument"]["documentSymbol"]
    knowsTrees = symbols["hierarchicalDocumentSymbolSupport"].bool ?? false
    // Data files are named from the folder in which `mim-repl run` is started: the project's.
    let folder =
      params["workspaceFolders"].elements.first?["uri"].string ?? params["rootUri"].string
    if let path = folder.flatMap(TextDocument.path) {
      _ = FileManager.default.changeCurrentDirectoryPath(path)
    }
    return .members([
      "capabilities": .members([
        "positionEncoding": .string("utf-16"),
        "textDocumentSync": .members(["openClose": .bool(true), "change": .int(2)]),
        "completionProvider": .members([
          "triggerCharacters": .array(["=", "(", ".", "\"", "/"].map { .string($0) })
        ]),
        "hoverProvider": .bool(true), "definitionProvider": .bool(true),
        "referencesProvider": .bool(true), "documentHighlightProvider": .bool(true),
        "renameProvider": .members(["prepareProvider": .bool(true)]),
        "documentSymbolProvider": .bool(true), "documentFormattingProvider": .bool(true),
        "codeActionProvider": .members([
          "codeActionKinds": .array([.string("quickfix")])
        ]),
        "codeLensProvider": .members(["resolveProvider": .bool(false)]),
      ]),
      "serverInfo": .members([
        "name": .string("mim-repl"), "version": .string(programVersion),
      ]),
    ])
  }
}
