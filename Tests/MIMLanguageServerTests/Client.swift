import Foundation
import MIMLanguageServer
import MIMScript
import MIMSession
import Synchronization

/// An editor: sends the protocol's JSON and keeps what comes back.
final class Client {
  /// What the server sent.
  private final class Received: Sendable {
    let texts = Mutex<[String]>([])
  }

  let server: LanguageServer
  private let received = Received()
  private var lastID = 0

  init(options: RunOptions = RunOptions(), initializes: Bool = true) {
    let received = received
    server = LanguageServer(table: builtinTable, options: options) { json in
      received.texts.withLock { $0.append(json.text()) }
    }
    if initializes { _ = request("initialize", ["capabilities": Self.capabilities]) }
  }

  private static var capabilities: [String: Any] {
    ["textDocument": ["documentSymbol": ["hierarchicalDocumentSymbolSupport": true]]]
  }

  /// Everything the server has sent, as dictionaries.
  var messages: [[String: Any]] {
    received.texts.withLock { $0 }.compactMap {
      (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
    }
  }

  func send(_ message: [String: Any]) {
    let data = (try? JSONSerialization.data(withJSONObject: message)) ?? Data()
    server.receive([UInt8](data))
  }

  func notify(_ method: String, _ params: [String: Any] = [:]) {
    send(["jsonrpc": "2.0", "method": method, "params": params])
  }

  /// The whole answer to a request.
  func answer(_ method: String, _ params: [String: Any] = [:]) -> [String: Any] {
    lastID += 1
    send(["jsonrpc": "2.0", "id": lastID, "method": method, "params": params])
    server.finishBackgroundWork()
    return messages.last { $0["id"] as? Int == lastID } ?? [:]
  }

  /// The result of a request; nil for null and for an error.
  func request(_ method: String, _ params: [String: Any] = [:]) -> Any? {
    let result = answer(method, params)["result"]
    return result is NSNull ? nil : result
  }

  /// The code of the error that a request ends with.
  func errorCode(_ method: String, _ params: [String: Any] = [:]) -> Int? {
    (answer(method, params)["error"] as? [String: Any])?["code"] as? Int
  }

  // MARK: Texts

  static let notebook = "file:///tmp/mim-lsp-tests/note.mimnb"
  static let script = "file:///tmp/mim-lsp-tests/script.mim"

  func open(_ text: String, _ uri: String = Client.script) {
    notify(
      "textDocument/didOpen",
      ["textDocument": ["uri": uri, "languageId": "x", "version": 1, "text": text]])
    server.settle()
  }

  func change(_ changes: [[String: Any]], _ uri: String = Client.script) {
    notify(
      "textDocument/didChange",
      ["textDocument": ["uri": uri, "version": 2], "contentChanges": changes])
    server.settle()
  }

  static func range(_ line: Int, _ from: Int, _ to: Int) -> [String: Any] {
    [
      "start": ["line": line, "character": from], "end": ["line": line, "character": to],
    ]
  }

  func at(
    _ line: Int, _ character: Int, _ uri: String = Client.script, _ more: [String: Any] = [:]
  ) -> [String: Any] {
    [
      "textDocument": ["uri": uri], "position": ["line": line, "character": character],
    ].merging(more) { $1 }
  }

  func of(_ uri: String = Client.script, _ more: [String: Any] = [:]) -> [String: Any] {
    ["textDocument": ["uri": uri]].merging(more) { $1 }
  }

  /// The last diagnostics: code, message, and the range as `line:from-to`.
  func diagnostics(_ uri: String = Client.script) -> [(code: String, message: String, at: String)] {
    let told = messages.last {
      $0["method"] as? String == "textDocument/publishDiagnostics"
        && ($0["params"] as? [String: Any])?["uri"] as? String == uri
    }
    let all = (told?["params"] as? [String: Any])?["diagnostics"] as? [[String: Any]] ?? []
    return all.map {
      (
        $0["code"] as? String ?? "", $0["message"] as? String ?? "", Self.text(ofRange: $0["range"])
      )
    }
  }

  /// A range as `line:from-to`, or `line:from-line:to`.
  static func text(ofRange range: Any?) -> String {
    let range = range as? [String: Any] ?? [:]
    let start = range["start"] as? [String: Any] ?? [:]
    let end = range["end"] as? [String: Any] ?? [:]
    func number(_ place: [String: Any], _ key: String) -> Int { place[key] as? Int ?? -1 }
    let first = "\(number(start, "line")):\(number(start, "character"))"
    let isOneLine = number(start, "line") == number(end, "line")
    return first + "-" + (isOneLine ? "" : "\(number(end, "line")):")
      + "\(number(end, "character"))"
  }

  /// The edits of a `WorkspaceEdit` for a text: `range=new`.
  static func edits(_ edit: Any?, _ uri: String = Client.script) -> [String] {
    let changes = (edit as? [String: Any])?["changes"] as? [String: Any]
    return (changes?[uri] as? [[String: Any]] ?? []).map {
      "\(text(ofRange: $0["range"]))=\($0["newText"] as? String ?? "")"
    }
  }
}

extension Client {
  /// A notebook with prose, parameters, a cell in a list and a sweep.
  static let notebookText = """
    ---
    title: T
    params: {width: 5, n: 3}
    ---
    # One 🧪

    The value is `{mim} s.mi %.2f`, and `{mim} width`.

    ```mim
    #| label: data
    toy = load toy "4"   # 🧪
    m0 = model mim toy hidden=[width]
    ```

    ## Two

    1. In a list

       ```mim
       s = evaluate m0 toy mi
       r = sweep width=[1, 2] { a = width; a }
       ```

    Three
    -----
    """
}
