import Foundation
import Testing

/// Figures in terminals of many kinds, each played by a pseudo-terminal that keeps every byte.
@Suite("Pictures in the terminal", .serialized)
struct PictureTests {
  private static let escape = "\u{1B}"
  private static let kittyQuestion = "\(escape)_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\(escape)\\"
  private static let itermQuestion = "\(escape)]1337;ReportCellSize\u{07}"
  private static let attributes = "\(escape)[c"
  private static let plain = "\(escape)[?62;22c"
  private static let figure = "plot take(toy.train, 40) width=2 title=\"T\""

  /// The terminal at its prompt, with points to draw.
  private func terminal(
    columns: Int = 100, rows: Int = 40, pixels: (width: Int, height: Int) = (1000, 800),
    arguments: [String] = [], variables: [String: String] = [:],
    answers: FakeTerminal.Answers = [Self.attributes: Self.plain]
  ) throws -> FakeTerminal {
    let terminal = try FakeTerminal(
      columns: columns, rows: rows, pixels: pixels, arguments: arguments, variables: variables,
      answers: answers)
    try terminal.wait(for: "mim> ")
    terminal.enter("toy = load toy \"4\"")
    try terminal.wait(for: "mim> ", count: 2)
    return terminal
  }

  /// What comes between the statement and the line that says where the file is.
  private func shown(_ terminal: FakeTerminal, _ statement: String = Self.figure) throws -> String {
    let before = terminal.text.count
    terminal.enter(statement)
    try terminal.wait(for: "figure: ")
    let text = terminal.text.dropFirst(before)
    return String(text.prefix(upTo: text.range(of: "figure: ")?.lowerBound ?? text.endIndex))
  }

  /// The bytes of a PNG that a text holds in base 64.
  private func isPNG(_ text: String) -> Bool {
    let bytes = [UInt8](Data(base64Encoded: text) ?? Data())
    return bytes.starts(with: [0x89, 0x50, 0x4E, 0x47])
      && bytes.suffix(8).starts(with: Array("IEND".utf8))
  }

  /// The pictures of kitty's protocol in a text: the keys of the first part, and all parts' data.
  private func kittyPictures(_ text: String) -> [(keys: [String: String], data: String)] {
    var pictures: [(keys: [String: String], data: String)] = []
    for part in text.components(separatedBy: "\(Self.escape)_G").dropFirst() {
      guard let end = part.range(of: Self.escape) else { continue }
      let halves = part[..<end.lowerBound].split(separator: ";", maxSplits: 1)
      let keys = Dictionary(
        halves[0].split(separator: ",").map { $0.split(separator: "=") }.map {
          (String($0[0]), String($0[1]))
        }, uniquingKeysWith: { $1 })
      guard keys["a"] != "q" else { continue }
      if keys["a"] != nil { pictures.append((keys, "")) }
      pictures[pictures.count - 1].data += halves.count > 1 ? String(halves[1]) : ""
      if halves.count > 1 { #expect(halves[1].utf8.count <= 4096) }
    }
    return pictures
  }

  @Test(
    "a terminal that answers as kitty gets a PNG by its protocol, at most as wide and high as itself"
  )
  func kitty() throws {
    let terminal = try terminal(answers: [
      Self.kittyQuestion: "\(Self.escape)_Gi=31;OK\(Self.escape)\\", Self.attributes: Self.plain,
    ])
    let text = try shown(terminal)
    let picture = try #require(kittyPictures(text).first)
    #expect(picture.keys["f"] == "100" && picture.keys["a"] == "T" && picture.keys["q"] == "2")
    #expect(isPNG(picture.data))
    let (columns, rows) = (Int(picture.keys["c"] ?? "") ?? 0, Int(picture.keys["r"] ?? "") ?? 0)
    #expect((1..<100).contains(columns) && (1...36).contains(rows))
    #expect(!text.contains("▀"))
  }

  @Test("it is asked once, when the first picture is shown, and not before")
  func askedOnce() throws {
    let terminal = try terminal()
    #expect(!terminal.text.contains(Self.attributes))
    _ = try shown(terminal)
    terminal.enter(Self.figure)
    try terminal.wait(for: "figure: ", count: 2)
    #expect(terminal.text.components(separatedBy: Self.attributes).count == 2)
    #expect(terminal.text.components(separatedBy: Self.kittyQuestion).count == 2)
  }

  @Test("a terminal that answers as iTerm2 gets an inline image")
  func iterm() throws {
    let terminal = try terminal(answers: [
      Self.itermQuestion: "\(Self.escape)]1337;ReportCellSize=20.0;10.0;1.0\(Self.escape)\\",
      Self.attributes: Self.plain,
    ])
    let text = try shown(terminal)
    let start = try #require(text.range(of: "\(Self.escape)]1337;File=inline=1;"))
    let rest = text[start.upperBound...]
    let end = try #require(rest.firstIndex(of: "\u{07}"))
    let halves = rest[..<end].split(separator: ":", maxSplits: 1)
    #expect(isPNG(String(halves[1])))
    let keys = halves[0].split(separator: ";")
    #expect(keys.contains("preserveAspectRatio=1"))
    let size = keys.first { $0.hasPrefix("size=") }.flatMap { Int($0.dropFirst(5)) }
    #expect(size == Data(base64Encoded: String(halves[1]))?.count)
  }

  @Test("a terminal whose attributes have a 4 gets sixels, as many pixels as its characters have")
  func sixel() throws {
    let terminal = try terminal(answers: [
      Self.attributes: "\(Self.escape)[?62;4;22c", "\(Self.escape)[16t": "\(Self.escape)[6;18;9t",
    ])
    let text = try shown(terminal)
    let start = try #require(text.range(of: "\(Self.escape)P0;1;0q\"1;1;"))
    let numbers = text[start.upperBound...].prefix { $0 != "#" }.split(separator: ";").compactMap {
      Int($0)
    }
    #expect(numbers.count == 2 && numbers[0] % 9 == 0 && numbers[1] % 6 == 0)
    #expect(numbers[0] <= 99 * 9 && numbers[1] <= 36 * 18)
    // Every row of six pixels has as many as the picture is wide.
    let body = text[start.upperBound...].prefix { $0 != "\u{1B}" }
    let rows = body.split(separator: "-")
    #expect(rows.count == (numbers[1] + 5) / 6)
    for row in rows.dropFirst() {
      for line in row.split(separator: "$") { #expect(Self.width(ofSixels: line) == numbers[0]) }
    }
  }

  /// How many pixels a line of sixels in one colour has: `#3!14~??@`.
  private static func width(ofSixels line: Substring) -> Int {
    var (width, count, isCount, isColor) = (0, 0, false, false)
    for character in line {
      switch character {
      case "#": isColor = true
      case "!": (isCount, isColor, count) = (true, false, 0)
      case "0"..."9" where isColor: break
      case "0"..."9": count = 10 * count + (character.wholeNumberValue ?? 0)
      default:
        width += isCount ? count : 1
        (isCount, isColor) = (false, false)
      }
    }
    return width
  }

  @Test(
    "a terminal that answers only what all answer, or nothing, gets half blocks, and an empty line before them"
  )
  func blocks() throws {
    for answers in [[Self.attributes: Self.plain], [:]] {
      let terminal = try terminal(columns: 60, pixels: (0, 0), answers: answers)
      let text = try shown(terminal)
      let lines = text.components(separatedBy: "\r\n").filter {
        $0.contains("[48;") || $0.contains(";48;")
      }
      #expect(lines.count > 5)
      for line in lines {
        let cells = line.replacing(/\u{1B}\[[0-9;?]*[A-Za-z]/, with: "").filter {
          $0 == "▀" || $0 == " "
        }
        #expect(cells.count < 60)
      }
      // Where the questions stood, the line is cleared.
      let last = try #require(text.range(of: Self.attributes))
      #expect(text[last.upperBound...].hasPrefix("\r\(Self.escape)[K"))
      terminal.enter("40 + 2")
      try terminal.wait(for: "42\r\n")
    }
  }

  @Test("24 bits of colour where COLORTERM says so, else the palette of 256")
  func colors() throws {
    let all = try shown(terminal(variables: ["COLORTERM": "truecolor"]))
    #expect(all.contains("[38;2;255;255;255;48;2;255;255;255m"))
    let few = try shown(terminal())
    #expect(few.contains("[38;5;231;48;5;231m") && !few.contains("38;2;"))
  }

  @Test(
    "what is typed while the terminal is asked reaches the prompt, and so does what was typed before"
  )
  func typed() throws {
    // The keys stand before, between and behind the answers.
    let terminal = try terminal(answers: [
      Self.kittyQuestion: "40\(Self.escape)_Gi=31;OK\(Self.escape)\\ + ",
      Self.attributes: "\(Self.plain)2",
    ])
    terminal.type("\(Self.figure)\r1000 + ")
    try terminal.wait(for: "figure: ")
    terminal.type("\r")
    try terminal.wait(for: "1042\r\n")
    #expect(!terminal.text.contains("Gi=31;OK"))
  }

  @Test(
    "what is typed while a statement runs is shown by the next prompt alone, not within pictures")
  func typedAhead() throws {
    let terminal = try terminal(arguments: ["--images=blocks"])
    let before = terminal.text.count
    terminal.type("for i in 1..3 { \(Self.figure) }\r")
    try terminal.wait(for: "▀")
    terminal.type("1000 + 42\r")
    try terminal.wait(for: "1042\r\n")
    let text = String(terminal.text.dropFirst(before))
    #expect(text.components(separatedBy: "1000 + 42").count == 2)
  }

  @Test("an answer that comes too late is not taken for keys")
  func late() throws {
    let terminal = try terminal(answers: [:])
    _ = try shown(terminal)
    try terminal.wait(for: "mim> ", count: 3)
    terminal.type(
      "40\(Self.escape)_Gi=31;OK\(Self.escape)\\ +\(Self.escape)[6;18;9t 2"
        + "\(Self.escape)]1337;ReportCellSize=20.0;10.0\u{07}\(Self.escape)P>|kitty(0.26.5)\(Self.escape)\\\(Self.plain)\r"
    )
    try terminal.wait(for: "42\r\n")
  }

  @Test("a choice of the user needs no question: set images=, --images, off")
  func chosen() throws {
    let off = try terminal(arguments: ["--images=off"])
    let none = try shown(off)
    #expect(!none.contains("▀") && !none.contains(Self.attributes))
    off.enter("set images=kitty")
    off.enter(Self.figure)
    try off.wait(for: "figure: ", count: 2)
    #expect(kittyPictures(off.text).count == 1 && !off.text.contains(Self.attributes))
    off.enter("set images=blokcs")
    try off.wait(for: "did you mean `blocks`")
    off.type("set images=k\t")
    try off.wait(for: "images=kitty")
  }

  @Test(
    "nothing is asked or drawn in a dumb terminal, and with --json and --quiet; a script draws blocks without a question"
  )
  func silent() throws {
    for (arguments, variables) in [
      ([], ["TERM": "dumb"]), (["--json"], [:]), (["--quiet"], [:]),
    ] as [([String], [String: String])] {
      let terminal = try FakeTerminal(
        arguments: arguments + ["-c", "toy = load toy \"4\"; \(Self.figure)\n1000 + 1"],
        variables: variables)
      try terminal.wait(for: "1001")
      #expect(!terminal.text.contains("▀") && !terminal.text.contains(Self.attributes))
    }
    let script = try FakeTerminal(arguments: [
      "-c", "toy = load toy \"4\"; \(Self.figure)\n1000 + 1",
    ])
    try script.wait(for: "1001")
    #expect(script.text.contains("▀") && !script.text.contains(Self.attributes))
  }

  @Test("in a pipe there is no picture")
  func pipe() throws {
    let result = try Program.run(["-c", "toy = load toy \"4\"; \(Self.figure)"])
    #expect(result.exit == 0)
    #expect(!result.out.contains(Self.escape) && !result.error.contains(Self.escape))
  }

  /// A question to the terminal behind tmux.
  private static func wrapped(_ question: String) -> String {
    "\(escape)Ptmux;" + question.replacingOccurrences(of: escape, with: escape + escape)
      + "\(escape)\\"
  }

  /// tmux before a terminal that has kitty's protocol, and further answers.
  private func tmux(_ more: FakeTerminal.Answers) throws -> FakeTerminal {
    let all = [
      Self.wrapped(Self.kittyQuestion): "\(Self.escape)_Gi=31;OK\(Self.escape)\\",
      "\r\(Self.escape)[K\(Self.attributes)": Self.plain,
      Self.wrapped(Self.attributes): "\(Self.escape)[?62;1;4c",
    ]
    return try terminal(
      variables: ["TMUX": "/tmp/tmux-0/default,1,0"], answers: all.merging(more) { $1 })
  }

  private static let placeholders = wrapped(
    kittyQuestion.replacingOccurrences(of: "i=31", with: "i=32,U=1"))
  private static let takesPlaceholders = "\(escape)_Gi=32;OK\(escape)\\"

  /// What goes past tmux to its terminal.
  private func behindTmux(_ text: String) -> String {
    text.components(separatedBy: "\(Self.escape)Ptmux;").dropFirst()
      .map { $0.replacingOccurrences(of: Self.escape + Self.escape, with: Self.escape) }.joined()
  }

  @Test(
    "behind tmux, a terminal that doesn't take pictures for placeholders, or overlooks the word, gets them in place: kitty 0.26, Konsole, WezTerm"
  )
  func tmuxWithoutPlaceholders() throws {
    let name = Self.wrapped("\(Self.escape)[>q")
    for answers in [
      [name: "\(Self.escape)P>|kitty(0.26.5)\(Self.escape)\\"],
      [
        Self.placeholders: Self.takesPlaceholders,
        name: "\(Self.escape)P>|Konsole 22.12.3\(Self.escape)\\",
      ],
      [
        Self.placeholders: Self.takesPlaceholders,
        name: "\(Self.escape)P>|WezTerm 20240203\(Self.escape)\\",
      ],
    ] {
      let terminal = try tmux(answers)
      let text = try shown(terminal)
      let picture = try #require(kittyPictures(behindTmux(text)).first)
      #expect(picture.keys["U"] == nil && picture.keys["a"] == "t" && isPNG(picture.data))
      let shown = try #require(kittyPictures(behindTmux(text)).last)
      #expect(shown.keys["a"] == "p" && shown.keys["i"] == picture.keys["i"])
      let rows = try #require(shown.keys["r"])
      #expect(
        !text.unicodeScalars.contains("\u{10EEEE}") && text.contains("\r\(Self.escape)[\(rows)B"))
      terminal.enter("40 + 2")
      try terminal.wait(for: "42\r\n")
      #expect(!terminal.text.contains(">|"))
    }
  }

  @Test("through tmux questions and pictures are wrapped; kitty's has cells that tmux can move")
  func tmux() throws {
    let terminal = try tmux([
      Self.placeholders: Self.takesPlaceholders,
      Self.wrapped("\(Self.escape)[>q"): "\(Self.escape)P>|kitty(0.38.1)\(Self.escape)\\",
    ])
    let text = try shown(terminal)
    let picture = try #require(kittyPictures(behindTmux(text)).first)
    #expect(picture.keys["U"] == "1" && isPNG(picture.data))
    let cells = text.unicodeScalars.count { $0.value == 0x10EEEE }
    #expect(cells == (Int(picture.keys["c"] ?? "") ?? 0) * (Int(picture.keys["r"] ?? "") ?? 0))
    let number = try #require(picture.keys["i"])
    #expect(text.contains("\(Self.escape)[38;5;\(number)m\u{10EEEE}\u{305}\u{305}"))
  }

  @Test(
    "at the other end of ssh the terminal's name tells of tmux; what may be GNU Screen is not asked, and gets half blocks"
  )
  func multiplexersByName() throws {
    let tmux = try shown(terminal(variables: ["TERM": "tmux-256color"]))
    #expect(
      tmux.contains("\(Self.escape)Ptmux;") && !tmux.contains("\r\(Self.escape)[K\(Self.escape)_G"))
    for variables in [
      ["TERM": "screen-256color"], ["TERM": "screen", "STY": "1.pts-0"],
    ] {
      let text = try shown(terminal(variables: variables))
      #expect(text.contains("▀") && !text.contains("Gi=31") && !text.contains(Self.attributes))
    }
  }

  @Test(
    "in tmux itself there are half blocks, and nothing of the questions is on the screen or in the title"
  )
  func realTmux() throws {
    let terminal = try TmuxSession(columns: 60, variables: "NO_COLOR=")
    try terminal.wait(for: "mim> ")
    try terminal.enter("toy = load toy \"4\"")
    try terminal.enter(Self.figure)
    let screen = try terminal.wait(for: "figure: ")
    #expect(screen.contains("▀") && !screen.contains("Gi=31") && !screen.contains("1337"))
  }
}
