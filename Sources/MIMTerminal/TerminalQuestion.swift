import CTerminal
import Foundation
import MIMFormats
import MIMSession

/// What a terminal says of itself when it is asked which pictures it shows.
struct TerminalAnswer {
  /// The best form that it has; half blocks where it names none.
  var form: PictureForm { hasKitty ? .kitty : hasIterm ? .iterm : hasSixel ? .sixel : .blocks }
  /// Width and height of a character in pixels, where it says.
  var cell: (width: Int, height: Int)?
  fileprivate var hasKitty = false
  fileprivate var hasIterm = false
  fileprivate var hasSixel = false
  /// Whether kitty's pictures may be drawn where a private character stands.
  var hasPlaceholders: Bool { takesPlaceholders && !ignoresPlaceholders }
  fileprivate var takesPlaceholders = false
  fileprivate var ignoresPlaceholders = false
  /// How often the answer came that every terminal gives: tmux gives it, and then the terminal behind it.
  fileprivate var completions = 0
  /// What came that is no answer: keys.
  fileprivate(set) var typed: [UInt8] = []
}

/// Asks the terminal which pictures it shows. All questions are of a kind that terminals ignore if they don't know it; the last one is
/// answered by nearly all, so that nobody waits for those before it.
enum TerminalQuestion {
  private static let escape = "\u{1B}"
  /// kitty's graphics protocol, "Querying support": a picture of one pixel, which is only tried.
  private static let kitty = "\(escape)_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\(escape)\\"
  /// The same picture, to be drawn where a private character stands ("Unicode placeholders"). A terminal that knows no such key says
  /// nothing (kitty before 0.28), or overlooks it.
  private static let placeholders = kitty.replacing("i=31", with: "i=32,U=1")
  /// Its name and version (xterm's "XTVERSION").
  private static let name = "\(escape)[>q"
  private static let iterm = "\(escape)]1337;ReportCellSize\u{07}"
  private static let cellSize = "\(escape)[16t"
  private static let attributes = "\(escape)[c"
  /// A terminal that doesn't know a question may print it: on a line that is empty, and is so again.
  private static let clear = "\r\(escape)[K"

  /// Seconds to wait for a terminal, which may be at the other end of a network.
  private static let patience = 1.0
  /// tmux answers for itself at once, and what stands behind it later.
  private static let patienceBehindTmux = 0.4

  /// Asks the terminal on standard input and output, which must be this program's.
  static func ask(isBehindTmux: Bool) -> TerminalAnswer {
    guard let mode = RawMode() else { return TerminalAnswer() }
    defer { mode.end() }
    let wrap = { isBehindTmux ? RenderedFigure.throughTmux($0) : $0 }
    // tmux answers the plain ones itself; the last shows that the terminal behind it has answered all.
    let questions =
      [wrap(kitty), wrap(iterm), cellSize, attributes]
      + (isBehindTmux ? [placeholders, name, attributes].map(wrap) : [])
    Descriptor.write(questions.map { clear + $0 }.joined() + clear, to: STDOUT_FILENO)
    return listen(isBehindTmux: isBehindTmux)
  }

  private static func listen(isBehindTmux: Bool) -> TerminalAnswer {
    let begin = ProcessInfo.processInfo.systemUptime
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let answer = TerminalAnswer(bytes)
      let passed = ProcessInfo.processInfo.systemUptime - begin
      let wait: Double
      if answer.completions >= (isBehindTmux ? 2 : 1) { return answer }
      wait = (answer.completions > 0 ? patienceBehindTmux : patience) - passed
      guard wait > 0 else { return answer }
      var event = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let ready = poll(&event, 1, Int32((wait * 1000).rounded(.up)))
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else { return answer }
      let count = read(STDIN_FILENO, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return answer }
      bytes += chunk.prefix(count)
    }
  }
}

extension TerminalAnswer {
  /// Takes apart what came from a terminal.
  fileprivate init(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while let first = rest.first {
      guard first == 0x1B, let (sequence, length) = Self.sequence(rest) else {
        typed.append(first)
        rest = rest.dropFirst()
        continue
      }
      take(sequence)
      rest = rest.dropFirst(length)
    }
  }

  /// An answer at the beginning of the bytes, without its mark of the end, and its length; nil for anything else. One that is cut off
  /// is as long as what there is.
  private static func sequence(_ bytes: ArraySlice<UInt8>) -> (text: String, length: Int)? {
    let heads: [(head: String, isString: Bool)] = [
      ("\u{1B}_G", true), ("\u{1B}]1337;", true), ("\u{1B}[?", false), ("\u{1B}[6;", false),
      ("\u{1B}P>|", true),
    ]
    guard let head = heads.first(where: { bytes.starts(with: $0.head.utf8) }) else { return nil }
    var place = bytes.startIndex + head.head.utf8.count
    while place < bytes.endIndex {
      let byte = bytes[place]
      let isEnd = head.isString ? byte == 0x07 || byte == 0x1B : 0x40...0x7E ~= byte
      if isEnd {
        let text = String(decoding: bytes[bytes.startIndex + 1..<place], as: UTF8.self)
        let isLong = byte == 0x1B && place + 1 < bytes.endIndex && bytes[place + 1] == 0x5C
        let last = head.isString ? "" : String(UnicodeScalar(byte))
        return (text + last, place - bytes.startIndex + (isLong ? 2 : 1))
      }
      place += 1
    }
    return ("", bytes.count)
  }

  private mutating func take(_ sequence: String) {
    let parts = sequence.dropFirst(2).split(separator: ";")
    if sequence.hasPrefix("_G") {
      hasKitty = hasKitty || sequence.hasSuffix(";OK") && sequence.contains("i=31")
      takesPlaceholders =
        takesPlaceholders || sequence.hasSuffix(";OK") && sequence.contains("i=32")
    } else if sequence.hasPrefix("P>|") {
      // They say that they took such a picture, and draw it at once.
      ignoresPlaceholders = ["Konsole", "WezTerm"].contains { sequence.dropFirst(3).hasPrefix($0) }
    } else if sequence.hasPrefix("]1337;ReportCellSize=") {
      hasIterm = true
      // Height, width and pixels for a point.
      let sizes = sequence.drop { $0 != "=" }.dropFirst().split(separator: ";").compactMap {
        Double($0)
      }
      if sizes.count >= 2, sizes.allSatisfy({ (1...1000).contains($0) }) {
        let scale = sizes.count > 2 ? sizes[2] : 1
        cell = cell ?? (width: Int(sizes[1] * scale), height: Int(sizes[0] * scale))
      }
    } else if sequence.hasPrefix("[?"), sequence.hasSuffix("c") {
      // tmux itself answers first: whether the terminal behind it has sixels is of no use.
      if completions == 0 { hasSixel = parts.dropFirst().contains { $0 == "4" || $0 == "4c" } }
      completions += 1
    } else if sequence.hasPrefix("[6;"), sequence.hasSuffix("t") {
      let sizes = sequence.dropFirst(3).dropLast().split(separator: ";").compactMap { Int($0) }
      if sizes.count == 2, sizes.allSatisfy({ (1...1000).contains($0) }) {
        cell = (width: sizes[1], height: sizes[0])
      }
    }
  }
}

/// The terminal on standard input gives each byte at once and doesn't show it, until the end. Ctrl-C is as ever.
private struct RawMode {
  private var before = termios()

  /// Nil where there is no terminal, or this program is in the background.
  init?() {
    guard tcgetpgrp(STDIN_FILENO) == getpgrp(), tcgetattr(STDIN_FILENO, &before) == 0 else {
      return nil
    }
    var mode = before
    mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
    withUnsafeMutableBytes(of: &mode.c_cc) { characters in
      characters[Int(VMIN)] = 0
      characters[Int(VTIME)] = 0
    }
    // What was typed before stays there to be read.
    guard tcsetattr(STDIN_FILENO, TCSANOW, &mode) == 0 else { return nil }
  }

  func end() {
    var mode = before
    tcsetattr(STDIN_FILENO, TCSANOW, &mode)
  }
}
