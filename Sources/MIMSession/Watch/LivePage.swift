import Foundation
import MIMScript
import Synchronization

/// What readers of a watched notebook see: the page and its pictures, and how far the work has come. They may be many, and may ask
/// from any thread.
package final class LivePage: Sendable {
  /// What a reader may ask for.
  package enum Action: String, Sendable, CaseIterable {
    /// Stop the running cell, and keep what it has so far.
    case stop
    /// Run the cells below a stopped one with what it left.
    case goOn = "go-on"
    /// Run stopped and failed cells again.
    case runAgain = "run-again"
  }

  private struct State {
    var parts = HTMLReport.Parts(
      title: "mim-repl", header: "", main: "", footer: "", isQuick: false)
    var version = 0
    var pictures: [String: [UInt8]] = [:]
    var files: [String: String] = [:]
    var status = ""
    var readers: [Int: @Sendable (String) -> Void] = [:]
    var nextReader = 0
    var actions: [Action] = []
    var port: UInt16?
  }

  private let state = Mutex(State())

  /// An empty page.
  package init() {}

  // MARK: For readers

  /// The whole page.
  package var html: String {
    let (parts, version) = state.withLock { ($0.parts, $0.version) }
    return HTMLReport.page(
      parts, head: LivePageText.head(version: version), end: LivePageText.end)
  }

  /// The parts of the page as JSON, with their version.
  package var body: String {
    let (parts, version) = state.withLock { ($0.parts, $0.version) }
    return JSON.object([
      ("version", .number(Double(version))), ("title", .string(parts.title)),
      ("header", .string(parts.header)), ("main", .string(parts.main)),
      ("footer", .string(parts.footer)),
    ]).text()
  }

  /// The script of the page.
  package static let script = LivePageText.script

  /// A picture of the page; nil where it has none of that name.
  package func picture(_ name: String) -> [UInt8]? { state.withLock { $0.pictures[name] } }

  /// Where files of the output folder are in the page.
  package static let files = "files/"

  /// The path of a file that the page links to; nil where it doesn't.
  /// - Parameter name: relative to the output folder.
  package func file(_ name: String) -> String? { state.withLock { $0.files[name] } }

  /// Hands the state of the cells, as JSON, to a reader: at once, and whenever it is another. Gives a number to leave with.
  package func addReader(_ tell: @escaping @Sendable (String) -> Void) -> Int {
    state.withLock { state in
      state.nextReader += 1
      state.readers[state.nextReader] = tell
      if !state.status.isEmpty { tell(state.status) }
      return state.nextReader
    }
  }

  /// The reader has gone.
  package func removeReader(_ number: Int) { state.withLock { $0.readers[number] = nil } }

  /// The number of readers.
  package var readerCount: Int { state.withLock { $0.readers.count } }

  /// The port of this machine at which it is served; nil as long as it isn't.
  package var port: UInt16? {
    get { state.withLock { $0.port } }
    set { state.withLock { $0.port = newValue } }
  }

  /// A reader asks for something.
  package func request(_ action: Action) { state.withLock { $0.actions.append(action) } }

  // MARK: For the one who watches

  /// Says to which files the page links: their paths, by their names in the output folder.
  package func link(_ files: [String: String]) { state.withLock { $0.files = files } }

  /// What readers have asked for since the last call.
  func takeActions() -> [Action] {
    state.withLock { state in
      defer { state.actions = [] }
      return state.actions
    }
  }

  /// Replaces the page.
  func show(_ parts: HTMLReport.Parts, pictures: [String: [UInt8]]) {
    state.withLock { state in
      state.pictures = pictures
      guard state.parts != parts else { return }
      state.parts = parts
      state.version += 1
    }
  }

  /// The version of the page, which counts its changes.
  var version: Int { state.withLock { $0.version } }

  /// Tells all readers how far the work has come.
  func tell(_ status: String) {
    state.withLock { state in
      state.status = status
      for tell in state.readers.values { tell(status) }
    }
  }
}
