import MIMFigures
import MIMScript

/// How a terminal shows pictures.
public enum PictureForm: String, Sendable, CaseIterable {
  /// kitty's graphics protocol.
  case kitty
  /// iTerm2's inline images.
  case iterm
  /// Sixels.
  case sixel
  /// Half blocks: two pixels in a character.
  case blocks
}

/// `set images=`: the form of pictures in the terminal.
public enum PictureChoice: Sendable, Hashable {
  /// The best that the terminal says it has.
  case auto
  /// This one, whatever the terminal says.
  case always(PictureForm)
  /// None.
  case off

  /// All of them.
  public static let all = [auto] + PictureForm.allCases.map(always) + [off]

  /// The word for it.
  public var word: String {
    switch self {
    case .auto: "auto"
    case .always(let form): form.rawValue
    case .off: "off"
    }
  }

  /// The choice with a word; nil for any other word.
  public init?(word: String) {
    guard let choice = Self.all.first(where: { $0.word == word }) else { return nil }
    self = choice
  }

  /// One line for help.
  var summary: String {
    switch self {
    case .auto: "the best that the terminal says it can show, else half blocks"
    case .always(.kitty): "kitty's graphics protocol: kitty, Ghostty, WezTerm, Konsole"
    case .always(.iterm): "iTerm2's inline images"
    case .always(.sixel): "sixels: foot, xterm, Windows Terminal, VS Code"
    case .always(.blocks): "two pixels in a character, in any terminal with colours"
    case .off: "none; the line still says where the file is"
    }
  }
}

/// The terminal for which a picture is made.
public struct PictureScreen: Sendable {
  /// Its columns.
  public var columns: Int
  /// Its rows.
  public var rows: Int
  /// Width and height of a character in pixels.
  public var cell: (width: Int, height: Int)
  /// Whether tmux stands between this program and the terminal, and hands on what is wrapped for it.
  public var isBehindTmux: Bool
  /// Whether it draws parts of kitty's pictures where a private character stands, which tmux can move with the text.
  public var hasPlaceholders: Bool
  /// Whether it shows 24 bits of colour, and not only a palette of 256.
  public var hasAllColors: Bool

  /// A terminal of so many columns and rows.
  public init(
    columns: Int, rows: Int, cell: (width: Int, height: Int), isBehindTmux: Bool,
    hasPlaceholders: Bool, hasAllColors: Bool
  ) {
    (self.columns, self.rows, self.cell) = (columns, rows, cell)
    (self.isBehindTmux, self.hasPlaceholders) = (isBehindTmux, hasPlaceholders)
    self.hasAllColors = hasAllColors
  }

  /// The most columns that a picture takes.
  private static let mostColumns = 120
  /// The most rows.
  private static let mostRows = 40
  /// The rows that stay free for the statement, the line about the file and the next prompt.
  private static let freeRows = 4

  /// The columns and rows of a picture: as large as there is room, with its proportions.
  /// - Parameter isCoarse: whether its pixels are so large that it takes the room there is; else it is at most as large as it is drawn.
  func size(
    of pixels: (width: Int, height: Int), isCoarse: Bool
  ) -> (columns: Int, rows: Int) {
    let own = isCoarse ? Self.mostColumns : (pixels.width + cell.width - 1) / max(1, cell.width)
    let most = (
      columns: max(1, min(columns - 1, own, Self.mostColumns)),
      rows: max(1, min(rows - Self.freeRows, Self.mostRows))
    )
    // Rows for a column, by the pixels of both.
    let slope =
      Double(pixels.height) / Double(max(1, pixels.width)) * Double(cell.width)
      / Double(max(1, cell.height))
    let wide = Int((Double(most.columns) * slope).rounded())
    guard wide > most.rows else { return (most.columns, max(1, wide)) }
    let columns = Int((Double(most.rows) / slope).rounded())
    return (min(max(1, columns), most.columns), most.rows)
  }
}

extension RenderedFigure {
  /// A sequence for the terminal behind tmux.
  package static func throughTmux(_ sequence: String) -> String {
    TerminalPicture.throughTmux(sequence)
  }

  /// tmux takes no longer sequence (its INPUT_BUF_LIMIT, 1 MiB), and a picture of several megabytes is too slow over a network.
  private static let mostBytes = (tmux: 700_000, other: 4_000_000)

  /// A number that fits in a colour of the palette.
  private static func kittyNumber(_ count: Int) -> Int { 1 + (count & Int.max) % 255 }

  /// The text that shows this PNG in a terminal; half blocks where it has too many bytes for its form.
  /// - Parameter number: counts the pictures of a session.
  /// - Throws: ``FigureError`` for bytes that are no PNG.
  package func picture(
    as form: PictureForm, on screen: PictureScreen, number: Int
  ) throws -> String {
    let (columns, rows) = screen.size(of: pixelSize, isCoarse: form == .blocks)
    let isLong =
      bytes.count
      > (screen.isBehindTmux && form == .iterm ? Self.mostBytes.tmux : Self.mostBytes.other)
    switch form {
    case .kitty where !isLong && screen.isBehindTmux && !screen.hasPlaceholders:
      return TerminalPicture.kittyInPlaceThroughTmux(
        bytes, columns: columns, rows: rows, number: Self.kittyNumber(number))
    case .kitty where !isLong && screen.isBehindTmux:
      return TerminalPicture.kittyThroughTmux(
        bytes, columns: columns, rows: rows, number: Self.kittyNumber(number))
    case .kitty where !isLong:
      return TerminalPicture.kitty(bytes, columns: columns, rows: rows)
    case .iterm where !isLong && screen.isBehindTmux:
      return TerminalPicture.itermThroughTmux(bytes, columns: columns, rows: rows)
    case .iterm where !isLong:
      return TerminalPicture.iterm(bytes, columns: columns, rows: rows)
    case .sixel:
      return TerminalPicture.sixels(
        try FigurePixels(png: bytes), width: columns * screen.cell.width,
        height: max(6, rows * screen.cell.height / 6 * 6), rows: rows)
    case .kitty, .iterm, .blocks:
      return TerminalPicture.blocks(
        try FigurePixels(png: bytes), columns: columns, rows: rows,
        colors: screen.hasAllColors ? .all : .palette)
    }
  }
}
