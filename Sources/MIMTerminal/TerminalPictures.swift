import CTerminal
import Foundation
import MIMSession
import Synchronization

/// Pictures in the terminal. What it can show is asked when the first one is to be shown.
final class TerminalPictures: Sendable {
  private struct State {
    var answer: TerminalAnswer?
    var count = 0
    var typed: [UInt8] = []
  }

  private let state = Mutex(State())
  private let hasPrompt: Bool
  private let isBehindTmux: Bool
  private let mayBeScreen: Bool
  private let hasAllColors: Bool
  private let usesUnicode: Bool
  private let usesColor: Bool

  /// Nil where nobody sees them: standard output is no terminal, or a dumb one.
  /// - Parameter hasPrompt: whether this program reads what is typed: only then may it ask, because an answer comes among the keys.
  init?(environment: [String: String], style: TerminalStyle, hasPrompt: Bool) {
    let name = environment["TERM"] ?? "dumb"
    guard isatty(STDOUT_FILENO) == 1, name != "dumb" else { return nil }
    func isSet(_ name: String) -> Bool { !(environment[name] ?? "").isEmpty }
    self.hasPrompt = hasPrompt && isatty(STDIN_FILENO) == 1
    // At the other end of ssh, only the terminal's name tells of tmux.
    let isTmux = isSet("TMUX") || name.hasPrefix("tmux")
    // GNU Screen hands on neither questions nor pictures; its name may also be tmux's, as far as ssh tells.
    mayBeScreen = !isTmux && (isSet("STY") || name.hasPrefix("screen"))
    isBehindTmux = isTmux || mayBeScreen && !isSet("STY")
    hasAllColors = isTmux || ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "")
    usesUnicode = style.usesUnicode
    usesColor = style.usesColor
  }

  /// The text that shows a drawn figure; nil where there is to be none. Call it while the cursor is at the beginning of an empty line.
  func text(for figure: RenderedFigure, choice: PictureChoice) -> String? {
    guard let form = form(choice) else { return nil }
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    let size = TerminalStyle.size(of: STDOUT_FILENO)
    let screen = PictureScreen(
      columns: size.width, rows: size.height, cell: cell, isBehindTmux: isBehindTmux,
      hasPlaceholders: form == .kitty && isBehindTmux && answer.hasPlaceholders,
      hasAllColors: hasAllColors)
    // Numbers of pictures are those of the whole terminal: another session's are likely others.
    return try? figure.picture(as: form, on: screen, number: Int(getpid()) + number)
  }

  /// What was typed while the terminal was asked.
  func takeTyped() -> [UInt8] {
    state.withLock { state in
      defer { state.typed = [] }
      return state.typed
    }
  }

  private func form(_ choice: PictureChoice) -> PictureForm? {
    switch choice {
    case .off: return nil
    case .always(let form): return form
    case .auto:
      let form = answer.form
      // Blocks are made of colours and of a character that is not ASCII.
      return form == .blocks && !(usesUnicode && usesColor) ? nil : form
    }
  }

  private var answer: TerminalAnswer {
    state.withLock { state in
      if let answer = state.answer { return answer }
      let mayAsk = hasPrompt && !mayBeScreen
      let answer =
        mayAsk ? TerminalQuestion.ask(isBehindTmux: isBehindTmux) : TerminalAnswer()
      state.answer = answer
      state.typed += answer.typed
      return answer
    }
  }

  /// As the terminal says, or the system; else as most fonts are.
  private var cell: (width: Int, height: Int) {
    if let cell = state.withLock({ $0.answer?.cell }) { return cell }
    var (width, height): (Int32, Int32) = (0, 0)
    cterminal_cell(STDOUT_FILENO, &width, &height)
    return width > 0 && height > 0 ? (Int(width), Int(height)) : (10, 20)
  }
}
