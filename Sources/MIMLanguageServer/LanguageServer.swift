import MIMScript
import MIMSession

/// Answers an editor: the Language Server Protocol 3.17 for scripts (`.mim`) and the cells of notebooks (`.mimnb`).
///
/// Nothing in a text runs. It is read and checked as `mim-repl check` does, under the same rules for files. Not for concurrent use; what
/// is sent may come from another thread.
package final class LanguageServer {
  private enum Phase {
    case fresh, running, shutDown
  }

  private let table: HostTable
  private let options: RunOptions
  private let send: @Sendable (JSON) -> Void
  private let background: BackgroundWork
  private var phase = Phase.fresh
  /// Whether the client takes the outline as a tree.
  var knowsTrees = false
  private var documents: [String: TextDocument] = [:]
  private var drafts: [String: DraftedDocument] = [:]
  /// The texts whose diagnostics have to be told anew.
  private var changed: Set<String> = []
  /// How the process ends; nil: it goes on.
  package private(set) var exitCode: Int32?

  /// - Parameters:
  ///   - options: as for a run, with the cache that lenses look into.
  ///   - send: takes what goes to the client.
  package init(
    table: HostTable, options: RunOptions = RunOptions(),
    send: @escaping @Sendable (JSON) -> Void
  ) {
    self.table = table
    self.options = options
    self.send = send
    background = BackgroundWork(send)
  }

  /// Takes one message, as its JSON text.
  package func receive(_ bytes: [UInt8]) {
    guard let json = JSON(parsing: bytes) else {
      return send(Reply.error(.parse, to: .null))
    }
    receive(Message(json))
  }

  func receive(_ message: Message) {
    switch message {
    case .request(let id, let method, let params): answer(method, params, to: id)
    case .notification(let method, let params): take(method, params)
    case .response: break
    case .invalid: send(Reply.error(.invalidRequest, to: .null))
    }
  }

  /// Answers a request that was cancelled before its turn.
  func refuse(_ id: JSON) { send(Reply.error(.cancelled, to: id)) }

  /// Tells the diagnostics of texts that have changed: once for all changes that came together.
  package func settle() {
    for uri in changed.sorted() {
      if let draft = draft(uri) {
        send(Reply.notification("textDocument/publishDiagnostics", draft.diagnostics))
      }
    }
    changed = []
  }

  /// Waits until what is computed beside is sent.
  package func finishBackgroundWork() { background.finish() }

  // MARK: Notifications

  private func take(_ method: String, _ params: JSON) {
    if method == "exit" {
      exitCode = phase == .shutDown ? 0 : 1
      return
    }
    guard phase == .running, let uri = params["textDocument"]["uri"].string else { return }
    switch method {
    case "textDocument/didOpen":
      let opened = params["textDocument"]
      guard let text = opened["text"].string else { return }
      documents[uri] = TextDocument(
        uri: uri, language: opened["languageId"].string, version: opened["version"], text: text)
      note(uri)
    case "textDocument/didChange":
      // A notification has no answer: what cannot be understood changes nothing.
      try? documents[uri]?.apply(
        params["contentChanges"].elements, version: params["textDocument"]["version"])
      note(uri)
    case "textDocument/didClose":
      documents[uri] = nil
      drafts[uri] = nil
      changed.remove(uri)
      send(
        Reply.notification(
          "textDocument/publishDiagnostics",
          .members(["uri": .string(uri), "diagnostics": .array([])])))
    default: break
    }
  }

  private func note(_ uri: String) {
    drafts[uri] = nil
    background.giveUp(about: uri)
    if documents[uri] != nil { changed.insert(uri) }
  }

  private func draft(_ uri: String) -> DraftedDocument? {
    if let draft = drafts[uri] { return draft }
    guard let document = documents[uri] else { return nil }
    let draft = DraftedDocument(document, table: table)
    drafts[uri] = draft
    return draft
  }

  // MARK: Requests

  private func answer(_ method: String, _ params: JSON, to id: JSON) {
    do {
      if let result = try result(of: method, params, id) { send(Reply.result(result, to: id)) }
    } catch {
      let problem = error as? RequestError ?? RequestError(code: -32603, message: "\(error)")
      send(Reply.error(problem, to: id))
    }
  }

  /// The result of a request; nil: it comes later.
  private func result(of method: String, _ params: JSON, _ id: JSON) throws -> JSON? {
    switch (phase, method) {
    case (.fresh, "initialize"):
      phase = .running
      return initialize(params)
    case (.fresh, _): throw RequestError.notInitialized
    case (.shutDown, _), (_, "initialize"): throw RequestError.invalidRequest
    case (.running, "shutdown"):
      phase = .shutDown
      return .null
    case (.running, _): break
    }
    guard Self.methods.contains(method) else { throw RequestError.unknownMethod(method) }
    guard let uri = params["textDocument"]["uri"].string else {
      throw RequestError.invalidParams("`textDocument.uri` is missing")
    }
    guard let document = documents[uri], let draft = draft(uri) else {
      throw RequestError.invalidParams("the text is not open")
    }
    if method == "textDocument/codeLens" {
      let (options, table) = (options, table)
      background.answer(id, about: uri) {
        Lenses.lenses(of: document, options: options, table: table)
      }
      return nil
    }
    return try result(of: method, params, in: draft)
  }

  private func result(
    of method: String, _ params: JSON, in draft: DraftedDocument
  ) throws -> JSON {
    switch method {
    case "textDocument/documentSymbol":
      let outline = draft.outline
      return .array(
        knowsTrees
          ? outline.map(\.json) : outline.flatMap { $0.flat(draft.document.uri) })
    case "textDocument/formatting": return draft.formatting(table.vocabulary)
    case "textDocument/codeAction":
      guard let range = TextRange(params["range"]) else {
        throw RequestError.invalidParams("`range` is missing")
      }
      let kinds = params["context"]["only"].elements.compactMap(\.string)
      return .array(
        kinds.isEmpty || kinds.contains("quickfix") ? draft.quickFixes(in: range) : [])
    default: break
    }
    guard let position = TextPosition(params["position"]) else {
      throw RequestError.invalidParams("`position` is missing")
    }
    switch method {
    case "textDocument/completion": return draft.completion(at: position, table: table)
    case "textDocument/hover": return draft.hover(at: position, table: table)
    case "textDocument/definition": return draft.definition(at: position)
    case "textDocument/references": return draft.references(at: position)
    case "textDocument/documentHighlight": return draft.highlights(at: position)
    case "textDocument/prepareRename": return draft.renameable(at: position)
    case "textDocument/rename":
      guard let name = params["newName"].string else {
        throw RequestError.invalidParams("`newName` is missing")
      }
      return try draft.rename(at: position, to: name, table: table)
    default: throw RequestError.unknownMethod(method)
    }
  }

  private static let methods: Set<String> = [
    "textDocument/codeAction", "textDocument/codeLens", "textDocument/completion",
    "textDocument/definition", "textDocument/documentHighlight", "textDocument/documentSymbol",
    "textDocument/formatting", "textDocument/hover", "textDocument/prepareRename",
    "textDocument/references", "textDocument/rename",
  ]
}
