import MIMFigures
import Testing

@Suite("Pictures for terminals")
struct TerminalPictureTests {
  private static let escape = "\u{1B}"

  private func pixels(_ width: Int, _ height: Int, _ colors: [[UInt8]]) -> FigurePixels {
    FigurePixels(width: width, height: height, rgba: colors.flatMap { $0 })
  }

  private static let red: [UInt8] = [255, 0, 0, 255]
  private static let blue: [UInt8] = [0, 0, 255, 255]
  private static let clear: [UInt8] = [0, 0, 0, 0]
  private static let grey: [UInt8] = [118, 118, 118, 255]

  @Test(
    "half blocks: the upper pixel in front, the lower behind, a blank where they are alike, white where there is nothing"
  )
  func blocks() {
    let picture = pixels(3, 2, [Self.red, Self.grey, Self.clear, Self.blue, Self.grey, Self.clear])
    #expect(
      TerminalPicture.blocks(picture, columns: 3, rows: 1, colors: .all)
        == "\(Self.escape)[38;2;255;0;0;48;2;0;0;255m▀"
        + "\(Self.escape)[38;2;118;118;118;48;2;118;118;118m "
        + "\(Self.escape)[38;2;255;255;255;48;2;255;255;255m \(Self.escape)[0m\r\n")
    // xterm's palette: 196 is 255, 0, 0; 21 is 0, 0, 255; 243 is a grey of 118; 231 is white.
    #expect(
      TerminalPicture.blocks(picture, columns: 3, rows: 1, colors: .palette)
        == "\(Self.escape)[38;5;196;48;5;21m▀\(Self.escape)[38;5;243;48;5;243m "
        + "\(Self.escape)[38;5;231;48;5;231m \(Self.escape)[0m\r\n")
  }

  @Test("a smaller picture has the means of the pixels, a larger one repeats them")
  func sizes() {
    let picture = pixels(2, 2, [Self.red, Self.blue, Self.red, Self.blue])
    let small = TerminalPicture.blocks(picture, columns: 1, rows: 1, colors: .all)
    #expect(small == "\(Self.escape)[38;2;128;0;128;48;2;128;0;128m \(Self.escape)[0m\r\n")
    let large = TerminalPicture.blocks(picture, columns: 4, rows: 1, colors: .all)
    #expect(
      large
        == "\(Self.escape)[38;2;255;0;0;48;2;255;0;0m  \(Self.escape)[38;2;0;0;255;48;2;0;0;255m  \(Self.escape)[0m\r\n"
    )
  }

  @Test(
    "sixels: colours in percent, bit k of a character is row k, runs are counted, each colour begins at the left"
  )
  func sixels() {
    let rows = (0..<6).map { $0 == 0 ? Self.blue : Self.red }
    let picture = pixels(5, 6, rows.flatMap { [[UInt8]](repeating: $0, count: 5) })
    // 25 red pixels come first, 63 + 0b111110; then the blue ones of the first row, 63 + 0b000001.
    #expect(
      TerminalPicture.sixels(picture, width: 5, height: 6, rows: 1)
        == "\r\n\(Self.escape)[1A\(Self.escape)7\(Self.escape)P0;1;0q\"1;1;5;6#0;2;100;0;0#1;2;0;0;100#0!5}$#1!5@\(Self.escape)\\\(Self.escape)8\(Self.escape)[1B"
    )
  }

  @Test("a picture of more colours than sixels have keeps those that are there most")
  func manyColors() {
    let many = (0..<1024).map { number -> [UInt8] in
      [UInt8(number % 32 * 8), UInt8(number / 32 * 8), 0, 255]
    }
    let red = [[UInt8]](repeating: [0, 0, 255, 255], count: 1024)
    let text = TerminalPicture.sixels(pixels(64, 32, many + red), width: 64, height: 32, rows: 2)
    #expect(text.contains("#0;2;0;0;100#1;2;"))
    #expect(text.contains("#254;2;") && !text.contains("#255;2;"))
  }

  @Test(
    "sixels: lines are made for the picture, and the cursor is put below them, wherever the terminal left it"
  )
  func sixelRows() {
    let picture = pixels(1, 12, [[UInt8]](repeating: Self.red, count: 12))
    let text = TerminalPicture.sixels(picture, width: 1, height: 12, rows: 3)
    #expect(text.hasPrefix("\r\n\r\n\r\n\(Self.escape)[3A\(Self.escape)7\(Self.escape)P"))
    #expect(text.hasSuffix("#0~-#0~\(Self.escape)\\\(Self.escape)8\(Self.escape)[3B"))
  }

  @Test(
    "kitty's picture in place: sent first, then shown at the first of as many lines as it is high; the cursor ends below"
  )
  func kittyInPlace() {
    let png = [UInt8](repeating: 7, count: 4000)
    let text = TerminalPicture.kittyInPlaceThroughTmux(png, columns: 20, rows: 3, number: 9)
    let parts = text.components(separatedBy: "\(Self.escape)Ptmux;")
    #expect(parts.count == 4 && parts.first == "")
    let escapes = "\(Self.escape)\(Self.escape)"
    #expect(parts[1].hasPrefix("\(escapes)_Ga=t,i=9,f=100,q=2,m=1;"))
    // It is shown by one part, before which tmux has brought the terminal's cursor to the place.
    #expect(parts[2].hasSuffix("\\\r\n\r\n\r\n\(Self.escape)[3A\(Self.escape)[1X"))
    #expect(parts[3].hasPrefix("\(escapes)_Ga=p,i=9,q=2,C=1,c=20,r=3\(escapes)\\"))
    #expect(text.hasSuffix("\(Self.escape)\\\r\(Self.escape)[3B"))
    #expect(!text.unicodeScalars.contains("\u{10EEEE}"))
  }

  @Test("a sequence for the terminal behind tmux has its escapes doubled")
  func throughTmux() {
    #expect(
      TerminalPicture.throughTmux("\(Self.escape)[c")
        == "\(Self.escape)Ptmux;\(Self.escape)\(Self.escape)[c\(Self.escape)\\")
  }
}
