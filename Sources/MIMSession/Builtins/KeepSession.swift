import Foundation
import MIMScript

extension HostFunction {
  /// `session save "monday"`. Loading is the session's own work (``SessionLoading``).
  static let session = HostFunction(
    "session", group: .session,
    summary: "keep the names of this session with their values, and have them again later",
    positional: [
      Parameter(
        "WHAT",
        .word([
          WordSpec("save", "keep the names and their values under NAME"),
          WordSpec("load", "have the names of a kept session"),
          WordSpec("list", "the kept sessions"), WordSpec("delete", "forget a kept session"),
        ]), "what to do"),
      Parameter("NAME", .string, isOptional: true, "the session's name, in quotes"),
    ],
    options: [Parameter("force", .bool, default: .bool(false), "save: replace one of that name")],
    result: "nothing; list: a table",
    details: [
      "Values are in the cache (help cache), from which those that were not used for longest go when it is",
      "full; what could not be kept, or is gone, is named. Pictures and `history save` know the statements",
      "of the kept session. Load stands on a line of its own.",
    ],
    example: "session save \"monday\" force=true", seeAlso: ["history", "who", "cache"],
    depends: .session, readsVariables: true,
    infer: { call in
      if call.span(at: 0).text == "load", call.positional.count == 2 { throw loading(call.span) }
      return .known(.none)
    }
  ) { call in
    let session = try call.session
    let store = try SessionLoading.store(session, at: call.span)
    let word = call.argument(0)?.asText ?? ""
    if word == "list" { return .table(list(store)) }
    guard word != "load" || call.argument(1) == nil else { throw loading(call.span) }
    guard let name = call.argument(1)?.asText, !name.isEmpty else {
      throw ScriptError(
        "E105", "`session \(word)` needs a NAME", at: call.span,
        label: "write: session \(word) \"NAME\"")
    }
    do {
      if word == "delete" { return try delete(name, store, call) }
      return try save(name, store, call)
    } catch let error as ScriptError {
      throw error
    } catch {
      throw ScriptError("E501", "the session is not kept: \(error)", at: call.span)
    }
  }

  private static func loading(_ span: Span) -> ScriptError {
    ScriptError(
      "E230", "`session load` stands on a line of its own, at the prompt or in a script",
      kind: .check, at: span, label: "write: session load \"NAME\"")
  }

  private static func save(_ name: String, _ store: ResultStore, _ call: HostCall) throws -> Value {
    guard call.flag("force") || KeptSession.find(name, in: store) == nil else {
      throw ScriptError(
        "E502", "there is a session \(JSON.string(name).text()) already", at: call.span(at: 1),
        notes: ["choose another name, or add force=true"])
    }
    let kept = try KeptSession.keep(call.variables, as: name, of: call.session, in: store)
    let names = kept.bound.map(\.name).filter { $0 != "ans" }
    call.host.message("kept \(names.isEmpty ? "no names" : names.joined(separator: " "))")
    if !kept.lost.isEmpty {
      call.host.message(
        "warning: could not be kept: \(kept.lost.joined(separator: " ")); the statements that made "
          + "them are")
    }
    return .none
  }

  private static func delete(
    _ name: String, _ store: ResultStore, _ call: HostCall
  ) throws -> Value {
    guard KeptSession.find(name, in: store) != nil else {
      throw ScriptError(
        "E230", "there is no session \(JSON.string(name).text())", at: call.span(at: 1),
        notes: ["`session list` shows those that are kept"])
    }
    try KeptSession.remove(name, from: store)
    return .none
  }

  private static func list(_ store: ResultStore) -> Table {
    let rows = KeptSession.all(in: store).map { kept -> [Value] in
      let names = kept.bound.map(\.name).filter { $0 != "ans" }
      let date = Date(timeIntervalSince1970: kept.saved).formatted(
        .iso8601.dateTimeSeparator(.space))
      return [kept.name, date, names.joined(separator: " ")].map(Value.string)
    }
    return Table(
      title: "", columns: ["session", "saved", "names"].map { Table.Column($0) }, rows: rows,
      notes: rows.isEmpty ? ["no session is kept yet"] : [])
  }
}
