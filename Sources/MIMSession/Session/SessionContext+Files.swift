import Foundation
import MIMFormats
import MIMScript
import MIMTensor

extension SessionContext {
  /// Where a `save=` path lies: relative ones in the output folder under `run`, in the current
  /// folder otherwise; `~/` is the home folder.
  public func path(forSaving path: String) -> String {
    let path = SessionContext.expandingHome(path)
    guard let folder = settings.outputFolder, !path.hasPrefix("/") else { return path }
    return folder + "/" + path
  }

  /// How the message begins that a file was written; its path follows.
  static let wrote = "wrote "

  /// The path with `~/` at its beginning replaced by the home folder.
  static func expandingHome(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = ProcessInfo.processInfo.environment["HOME"],
      home.hasPrefix("/")
    else { return path }
    return home + path.dropFirst()
  }

  /// Checks a path as the user wrote it: its last part must be a file's name.
  /// - Throws: E201 for an empty path, `.`, `..`, `dir/` and a name that is an ending only.
  static func checkName(_ path: String, at span: Span) throws {
    let name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
    let endings = Set(SaveFormat.allCases.map { ".\($0.rawValue)" })
    guard ["", ".", "..", "~"].contains(name) || endings.contains(name.lowercased()) else { return }
    throw ScriptError(
      "E201", path.isEmpty ? "the file needs a name" : "`\(path)` does not name a file", at: span,
      notes: ["try: \"figures/name\""])
  }

  /// Writes a file: to a temporary name, synced, then renamed; missing folders are made. `path`
  /// is a `save=` path (see `path(forSaving:)`).
  /// - Returns: the path of the file written.
  /// - Throws: E502 when the file exists, unless `force`, or a run wrote it into its own folder,
  ///   or it carries the recipe of the same statement, and always when it is a file of the run
  ///   itself; E220 when a relative path leaves a run's folder; E501 when the disk refuses.
  @discardableResult
  public func write(
    _ bytes: [UInt8], to path: String, for call: HostCall, force: Bool = false
  ) throws -> String {
    let target = try self.target(of: path, for: call)
    guard writes(call) else { return target }
    try claim(target, for: call, force: force)
    noteWrite(path, bytes, force: force)
    do {
      try FileTrace.suspended {
        AtomicFile.removeLeftovers(beside: target)
        try AtomicFile.write(bytes, to: target)
      }
      call.host.record(.file(path: target))
    } catch {
      throw ScriptError("E501", "\(error)", at: saveSpan(call))
    }
    return target
  }

  /// Whether this process writes the call's files: rank 0, and inside a sweep the rank that runs the row.
  func writes(_ call: HostCall) -> Bool { ranks.isLeading || call.host.rowThreads != nil }

  /// Notes that a file which another rank wrote belongs to this run.
  func own(_ path: String) {
    withState { state in
      if let name = state.folder?.name(of: path) { state.folder?.own(name) }
    }
  }

  /// Where a `save=` path lies, without detours. Throws E220 for a relative path that leaves the
  /// folder of a run.
  func target(of path: String, for call: HostCall) throws -> String {
    let target = self.path(forSaving: path)
    guard let folder = withState({ $0.folder }), let name = folder.name(of: target),
      !path.hasPrefix("/")
    else { return target }
    var parts: [Substring] = []
    for part in name.split(separator: "/") where part != "." {
      guard part == ".." else {
        parts.append(part)
        continue
      }
      guard parts.popLast() != nil else {
        throw ScriptError(
          "E220", "`\(path)` is outside the run's output folder `\(folder.path)`",
          at: saveSpan(call),
          notes: ["use a path inside that folder"])
      }
    }
    return folder.path(of: parts.joined(separator: "/"))
  }

  /// Throws E550 where this session may not write.
  func requireWritable(_ path: String, at span: Span?) throws {
    guard let access = settings.access, !access.mayWrite(path) else { return }
    throw FileAccess.writeError(path, at: span)
  }

  /// Throws E550 where this session may not read.
  func requireReadable(_ path: String, at span: Span?) throws {
    guard let access = settings.access, !access.mayRead(path) else { return }
    throw FileAccess.readError(path, at: span)
  }

  /// Checks that a file may be written, before the work that makes it; see `write`. For verbs
  /// whose library writes the file itself.
  public func claim(_ target: String, for call: HostCall, force: Bool = false) throws {
    // What lies where a file is to be written is nothing that its contents depend on.
    try FileTrace.suspended { try claimUntraced(target, for: call, force: force) }
  }

  private func claimUntraced(_ target: String, for call: HostCall, force: Bool) throws {
    guard writes(call) else { return }
    let (name, isReserved) = withState {
      ($0.folder?.name(of: target), $0.folder?.isReserved(target) ?? false)
    }
    if isReserved {
      throw ScriptError(
        "E502", "`\(target)` is a file that the run itself writes", at: saveSpan(call),
        notes: ["choose another name; reserved are " + ReportFiles.names.joined(separator: ", ")])
    }
    try requireWritable(target, at: saveSpan(call))
    if let name {
      let (writer, cell) = withState { ($0.folder?.writer(of: name), $0.cell) }
      if let writer, let cell, writer != cell, !force {
        throw ScriptError(
          "E502", "`\(target)` was written by the cell `\(writer)` of this run", at: saveSpan(call),
          notes: ["choose another name, or write force=true"])
      }
      let mayWrite = force || withState { $0.folder?.mayWrite(name) ?? false }
      guard mayWrite || carriesRecipe(target) else { throw refusal(target, call) }
      withState { $0.folder?.own(name, by: cell) }
      return
    }
    guard AtomicFile.exists(target), !force, !carriesRecipe(target) else { return }
    throw refusal(target, call)
  }

  /// Writes a file that a statement wrote before, under the same rules; false where they don't allow it, or the disk doesn't.
  func putBack(_ bytes: [UInt8], to path: String, force: Bool) -> Bool {
    let target = self.path(forSaving: path)
    guard settings.access?.mayWrite(target) ?? true else { return false }
    let (name, isReserved) = withState {
      ($0.folder?.name(of: target), $0.folder?.isReserved(target) ?? false)
    }
    guard !isReserved else { return false }
    if let name {
      let mayWrite = force || withState { $0.folder?.mayWrite(name) ?? false }
      guard mayWrite || carriesRecipe(target) else { return false }
      withState { $0.folder?.own(name, by: $0.cell) }
    } else {
      guard force || !AtomicFile.exists(target) || carriesRecipe(target) else { return false }
    }
    do {
      try AtomicFile.write(bytes, to: target, unlessSame: true)
      return true
    } catch {
      return false
    }
  }

  /// Draws a figure and writes it in each format under `path` (an extension there chooses the
  /// format and must be one of `formats`; without both the settings choose).
  /// - Returns: the paths of the files written.
  public func writeFigure(
    _ figure: any RenderableFigure, to path: String, formats: [FigureFormat]? = nil,
    width: Double? = nil, dpi: Int? = nil, for call: HostCall, force: Bool = false
  ) throws -> [String] {
    try SessionContext.checkName(path, at: saveSpan(call))
    let (stem, ending) = SessionContext.split(path)
    try SaveFormat.check(
      formats?.map(\.rawValue), ending: ending?.rawValue, at: call.span(of: "format"))
    if ending == nil, formats == nil {
      try SaveFormat.refuseOthers(
        path, than: FigureFormat.allCases.map(\.rawValue) + [SaveFormat.html.rawValue],
        at: saveSpan(call))
    }
    let formats = formats ?? ending.map { [$0] } ?? settings.figureFormats
    for format in formats {
      try claim(target(of: "\(stem).\(format)", for: call), for: call, force: force)
    }
    guard writes(call) else {
      return try formats.map { try target(of: "\(stem).\($0)", for: call) }
    }
    return try formats.map { format in
      let request = FigureRequest(
        format: format, width: width ?? settings.figureWidth, dpi: dpi ?? settings.figureDPI,
        recipe: recipe.text)
      let bytes = try figure.render(request).bytes
      return try write(bytes, to: "\(stem).\(format)", for: call, force: force)
    }
  }

  /// A path without the extension of a figure format, and that format.
  private static func split(_ path: String) -> (String, FigureFormat?) {
    for format in FigureFormat.allCases where path.lowercased().hasSuffix(".\(format)") {
      return (String(path.dropLast(format.rawValue.utf8.count + 1)), format)
    }
    return (path, nil)
  }

  /// Whether the file holds the fingerprint of the running statement, as plain text or as the
  /// UTF-16 hexadecimal that PDF may use.
  private func carriesRecipe(_ path: String) -> Bool {
    guard let file = try? FileReader(path), file.size <= 1 << 28,
      let bytes = try? file.read(at: 0, count: file.size)
    else { return false }
    let mark = Array(recipe.fingerprint.utf8)
    let digits = Array("0123456789ABCDEF".utf8)
    let wide = mark.flatMap { [48, 48, digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return SessionContext.contains(bytes, mark) || SessionContext.contains(bytes, wide)
  }

  private static func contains(_ bytes: [UInt8], _ mark: [UInt8]) -> Bool {
    guard let first = mark.first, bytes.count >= mark.count else { return false }
    var position = 0
    while position <= bytes.count - mark.count {
      guard let next = bytes[position...(bytes.count - mark.count)].firstIndex(of: first) else {
        return false
      }
      if bytes[next..<next + mark.count].elementsEqual(mark) { return true }
      position = next + 1
    }
    return false
  }

  private func saveSpan(_ call: HostCall) -> Span {
    call.argumentSpans["save"] ?? call.argumentSpans["#1"] ?? call.span
  }

  private func refusal(_ path: String, _ call: HostCall) -> ScriptError {
    ScriptError(
      "E502", "`\(path)` already exists", at: saveSpan(call),
      notes: ["choose another name, or add force=true"])
  }
}
