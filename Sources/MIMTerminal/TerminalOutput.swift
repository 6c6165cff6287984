import Foundation
import MIMFormats
import MIMScript
import MIMSession
import Synchronization

/// This process's two streams: results on standard output, messages and errors on standard error,
/// and on a terminal one live progress line and previews of figures.
final class TerminalOutput: SessionOutput {
  private struct State {
    var live: LiveLine
    var preview: FigurePreview?
    /// `set images=`
    var pictureChoice: @Sendable () -> PictureChoice = { .auto }
  }

  private let style: TerminalStyle
  private let isQuiet: Bool
  /// Another rank says everything.
  private let isSilent: Bool
  private let screen: Screen
  private let plain: PlainOutput
  /// For what is longer than the screen.
  private let pager: Pager?
  /// For figures, where somebody sees them.
  private let pictures: TerminalPictures?
  private let isJSON: Bool
  private let interruption: Interruption
  private let state: Mutex<State>
  /// What the live line said of the running statement, for the heartbeat.
  private let lastProgress = LastProgress()

  private final class LastProgress: Sendable {
    let text = Mutex<String?>(nil)
  }
  private let heartbeat: Heartbeat

  init(
    style: TerminalStyle, isQuiet: Bool, isSilent: Bool, isJSON: Bool, preview: FigurePreview?,
    pictures: TerminalPictures?, pager: Pager?, interruption: Interruption
  ) {
    self.pager = pager
    self.pictures = isJSON || isQuiet ? nil : pictures
    self.isJSON = isJSON
    self.interruption = interruption
    self.style = style
    self.isQuiet = isQuiet
    self.isSilent = isSilent
    let screen = Screen { interruption.request(.closedPipe) }
    self.screen = screen
    let lastProgress = lastProgress
    heartbeat = Heartbeat { beat in
      let width = TerminalStyle.width(of: STDERR_FILENO) - 1
      guard let line = lastProgress.text.withLock({ $0 }) else {
        return screen.drawLiveLine(
          TextWidth.truncated("\(beat.statement)  \(beat.seconds) s", to: width))
      }
      // What was said last stays, and how long ago that was.
      let age = "  +\(beat.silence) s"
      screen.drawLiveLine(TextWidth.truncated(line, to: width - age.count) + age)
    }
    plain = PlainOutput(
      streams: .init(
        out: { screen.write($0, to: STDOUT_FILENO) },
        error: { screen.write($0, to: STDERR_FILENO) }),
      asJSON: isJSON, isQuiet: isQuiet, width: { TerminalStyle.width(of: STDOUT_FILENO) })
    state = Mutex(
      State(
        live: LiveLine(usesUnicode: style.usesUnicode),
        preview: isJSON ? nil : preview))
  }

  func show(_ shown: ShownValue) {
    guard !isSilent else { return }
    if !isPaged(shown) { plain.show(shown) }
    if let figure = shown.figure { preview(figure, recipe: shown.recipe) }
  }

  /// Which pictures a session wants.
  func follow(_ choice: @escaping @Sendable () -> PictureChoice) {
    state.withLock { $0.pictureChoice = choice }
  }

  /// What was typed while the terminal was asked what it can show.
  func takeTyped() -> [UInt8] { pictures?.takeTyped() ?? [] }

  /// Shows a figure in the terminal, and where its file is. One with a file of its own needs no other, and a script that writes many
  /// needs no pictures of them.
  private func preview(_ figure: any RenderableFigure, recipe: String) {
    guard let preview = state.withLock({ $0.preview }) else { return }
    let isSaved = !figure.savedFiles.isEmpty
    let choice = state.withLock { $0.pictureChoice }()
    if isSaved, !preview.isInteractive || pictures == nil || choice == .off { return }
    do {
      let drawn = try preview.draw(figure, recipe: recipe)
      // The heartbeat must not write between the question and its answer.
      heartbeat.heard()
      screen.wipeLiveLine()
      if let picture = pictures?.text(for: drawn, choice: choice) { screen.writePicture(picture) }
      guard !isSaved, let line = state.withLock({ $0.preview?.write(drawn) }) else { return }
      message(line)
    } catch {
      message(FigurePreview.failure(error))
    }
  }

  /// Shows a value that is longer than the screen in the pager; false where it isn't, or there is none.
  private func isPaged(_ shown: ShownValue) -> Bool {
    guard let pager, !isJSON else { return false }
    screen.write("", to: STDOUT_FILENO)
    let wasAsked = interruption.isRequested
    defer {
      // A Ctrl-C in the pager was for the pager.
      if !wasAsked, interruption.cause == .user { interruption.clear() }
    }
    return pager.show(
      shown.value.displayLines(width: TerminalStyle.width(of: STDOUT_FILENO)))
  }

  /// The exit code with which to end: a failure when results could not be written.
  func ending(_ code: ProgramExit) -> ProgramExit {
    guard code == .ok, let reason = screen.lostResults else { return code }
    let error = ScriptError("E501", "cannot write to standard output: \(reason)")
    failure(error, text: Diagnostics.render(error))
    return .failure
  }

  func message(_ text: String) {
    guard !isSilent else { return }
    guard style.hasLiveLine else { return plain.message(text) }
    let width = TerminalStyle.width(of: STDERR_FILENO)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    plain.message(
      lines.flatMap { TextWidth.folded(String($0), to: width) }.joined(separator: "\n"))
  }

  func begins(_ statement: String) {
    lastProgress.text.withLock { $0 = nil }
    if hasLiveLine { heartbeat.begins(statement) }
  }

  func ends() {
    if heartbeat.ends() { screen.wipeLiveLine() }
  }

  var hasLiveLine: Bool { style.hasLiveLine && !isQuiet && !isSilent }

  func progress(_ update: ProgressUpdate) {
    guard !isSilent else { return }
    heartbeat.heard()
    guard hasLiveLine, !update.isFinished else {
      lastProgress.text.withLock { $0 = nil }
      return plain.progress(update)
    }
    let now = ProcessInfo.processInfo.systemUptime
    let width = TerminalStyle.width(of: STDERR_FILENO)
    let text = state.withLock { $0.live.text(for: update, now: now, width: width) }
    guard let text else { return }
    lastProgress.text.withLock { $0 = text }
    screen.drawLiveLine(text)
  }

  func failure(_ error: ScriptError, text: String) {
    guard !isSilent else { return }
    let width = TerminalStyle.width(of: STDERR_FILENO)
    guard style.usesColor else {
      let folded = Diagnostics.render(error, width: width, isFolded: true)
      return plain.failure(error, text: style.hasLiveLine ? folded : text)
    }
    // Diagnostics have made the parts harmless before they coloured them.
    screen.writeColored(
      Diagnostics.render(error, width: width, color: true, isFolded: true) + "\n")
  }
}

/// The two descriptors, with at most one live line drawn on standard error.
final class Screen: Sendable {
  private let isLineDrawn = Mutex(false)
  private let failedWrite = Mutex<Int32?>(nil)
  private let onClosedPipe: @Sendable () -> Void

  /// Why results could not be written, where they could not: a full disk. A reader that left took
  /// what it wanted, and a standard output that was closed from the start was not wanted.
  var lostResults: String? {
    failedWrite.withLock { $0 }.map { String(cString: strerror($0)) }
  }

  /// `onClosedPipe` is told when the reader of standard output has gone (`| head`).
  init(onClosedPipe: @escaping @Sendable () -> Void) {
    self.onClosedPipe = onClosedPipe
  }

  /// Writes text, wiping the live line first. What could steer a terminal is written out.
  func write(_ text: String, to descriptor: Int32) {
    writeAsIs(VisibleText.escaped(text), to: descriptor)
  }

  /// Writes a text with colours to standard error.
  func writeColored(_ text: String) { writeAsIs(text, to: STDERR_FILENO) }

  /// Writes a picture to standard output.
  func writePicture(_ text: String) { writeAsIs(text, to: STDOUT_FILENO) }

  /// Writes data: as it is for a program, as text on a terminal.
  func writeData(_ text: String) {
    if isatty(STDOUT_FILENO) == 1 { return write(text, to: STDOUT_FILENO) }
    writeAsIs(text, to: STDOUT_FILENO)
  }

  private func writeAsIs(_ text: String, to descriptor: Int32) {
    isLineDrawn.withLock { isDrawn in
      if isDrawn { put("\r\u{1B}[K", to: STDERR_FILENO) }
      isDrawn = false
      put(text, to: descriptor)
    }
  }

  /// Wipes the live line, where there is one.
  func wipeLiveLine() {
    isLineDrawn.withLock { isDrawn in
      if isDrawn { put("\r\u{1B}[K", to: STDERR_FILENO) }
      isDrawn = false
    }
  }

  /// Draws the live line over the last one.
  func drawLiveLine(_ text: String) {
    isLineDrawn.withLock { isDrawn in
      put("\r\u{1B}[K" + VisibleText.escaped(text), to: STDERR_FILENO)
      isDrawn = true
    }
  }

  private func put(_ text: String, to descriptor: Int32) {
    guard let reason = Descriptor.write(text, to: descriptor) else { return }
    guard descriptor == STDOUT_FILENO else { return }
    if reason == EPIPE { return onClosedPipe() }
    if reason != 0, reason != EBADF { failedWrite.withLock { $0 = $0 ?? reason } }
  }
}
