import CPNG
import Foundation

/// A picture as the text that makes a terminal show it. All end at the beginning of the line below it.
package enum TerminalPicture {
  /// The largest part of a transmission that kitty takes at once (kitty's graphics protocol, "Remote client").
  private static let chunk = 4096
  private static let escape = "\u{1B}"
  private static let end = "\u{1B}\\"

  // MARK: kitty's graphics protocol

  /// By kitty's graphics protocol: the bytes of a PNG, scaled to so many columns and rows. Nothing is answered.
  package static func kitty(_ png: [UInt8], columns: Int, rows: Int) -> String {
    kittyCommands(png, keys: "a=T,f=100,q=2,c=\(columns),r=\(rows)").joined() + "\r\n"
  }

  /// The same through tmux: the picture goes past it to the terminal, and what tmux itself holds are cells of a private character
  /// whose marks say which part of the picture each shows, so that it scrolls with the text.
  /// - Parameter number: of the picture in the terminal, 1 to 255.
  package static func kittyThroughTmux(
    _ png: [UInt8], columns: Int, rows: Int, number: Int
  ) -> String {
    let rows = min(rows, marks.count)
    let keys = "a=T,U=1,i=\(number),f=100,q=2,c=\(columns),r=\(rows)"
    let lines = (0..<rows).map { row in
      let cells = (0..<columns).map { column in
        // A cell without the second mark is the one behind its neighbour.
        var cell: [UInt32] = [placeholder, marks[row]]
        if column < marks.count { cell.append(marks[column]) }
        return String(String.UnicodeScalarView(cell.compactMap { Unicode.Scalar($0) }))
      }
      return "\(escape)[38;5;\(number)m\(cells.joined())\(escape)[39m\r\n"
    }
    return kittyCommands(png, keys: keys).map(throughTmux).joined() + lines.joined()
  }

  /// The same for a terminal that doesn't draw that character: the picture stands above rows that tmux believes empty. It does not move the
  /// cursor, where the terminal knows that key.
  package static func kittyInPlaceThroughTmux(
    _ png: [UInt8], columns: Int, rows: Int, number: Int
  ) -> String {
    // tmux puts the cursor elsewhere after each part that it hands on, so that the picture is shown by one.
    let show = "\(escape)_Ga=p,i=\(number),q=2,C=1,c=\(columns),r=\(rows)\(end)"
    return kittyCommands(png, keys: "a=t,i=\(number),f=100,q=2").map(throughTmux).joined()
      + inPlace(throughTmux(show), rows: rows)
  }

  private static func kittyCommands(_ png: [UInt8], keys: String) -> [String] {
    let text = Array(Data(png).base64EncodedString().utf8)
    return stride(from: 0, to: max(1, text.count), by: chunk).map { start in
      let part = String(decoding: text[start..<min(start + chunk, text.count)], as: UTF8.self)
      let more = start + chunk < text.count ? 1 : 0
      return "\(escape)_G\(start == 0 ? keys + "," : "q=2,")m=\(more);\(part)\(end)"
    }
  }

  /// U+10EEEE, for which kitty draws parts of pictures.
  private static let placeholder: UInt32 = 0x10EEEE

  /// The first of kitty's marks for the numbers 0, 1, 2, … of rows and columns.
  private static let marks: [UInt32] = [
    0x305, 0x30D, 0x30E, 0x310, 0x312, 0x33D, 0x33E, 0x33F, 0x346, 0x34A, 0x34B, 0x34C, 0x350,
    0x351, 0x352, 0x357, 0x35B, 0x363, 0x364, 0x365, 0x366, 0x367, 0x368, 0x369, 0x36A, 0x36B,
    0x36C, 0x36D, 0x36E, 0x36F, 0x483, 0x484, 0x485, 0x486, 0x487, 0x592, 0x593, 0x594, 0x595,
    0x597, 0x598, 0x599, 0x59C, 0x59D, 0x59E, 0x59F, 0x5A0, 0x5A1, 0x5A8, 0x5A9, 0x5AB, 0x5AC,
    0x5AF, 0x5C4,
  ]

  // MARK: iTerm2's inline images

  /// By iTerm2's inline images: the bytes of a PNG, scaled to so many columns and rows.
  package static func iterm(_ png: [UInt8], columns: Int, rows: Int) -> String {
    itermCommand(png, columns: columns, rows: rows) + "\r\n"
  }

  /// The same through tmux, which doesn't know of the picture: its rows are made before it.
  package static func itermThroughTmux(_ png: [UInt8], columns: Int, rows: Int) -> String {
    inPlace(throughTmux(itermCommand(png, columns: columns, rows: rows)), rows: rows)
  }

  /// A picture of which tmux doesn't know, at the beginning of rows that are made for it.
  private static func inPlace(_ picture: String, rows: Int) -> String {
    // tmux writes text later than what it hands on. To erase a character, it writes at once, and leaves the terminal's own cursor there.
    String(repeating: "\r\n", count: rows)
      + "\(escape)[\(rows)A\(escape)[1X\(picture)\r\(escape)[\(rows)B"
  }

  private static func itermCommand(_ png: [UInt8], columns: Int, rows: Int) -> String {
    "\(escape)]1337;File=inline=1;size=\(png.count);width=\(columns);height=\(rows);"
      + "preserveAspectRatio=1:\(Data(png).base64EncodedString())\u{07}"
  }

  /// A sequence that tmux hands on to its terminal, where `allow-passthrough` is on.
  package static func throughTmux(_ sequence: String) -> String {
    "\(escape)Ptmux;" + sequence.replacing(escape, with: escape + escape) + end
  }

  // MARK: Half blocks

  /// How many colours a terminal has.
  package enum Colors: Sendable {
    /// 24 bits.
    case all
    /// The cube of 6³ colours and 24 greys of the palette of 256.
    case palette
  }

  /// As half blocks: each character shows two pixels, one above the other.
  package static func blocks(
    _ pixels: FigurePixels, columns: Int, rows: Int, colors: Colors
  ) -> String {
    let small = pixels.reduced(toWidth: columns, height: 2 * rows)
    var text = ""
    for row in 0..<rows {
      var last = ""
      for column in 0..<columns {
        let upper = code(small[2 * row * columns + column], colors)
        let lower = code(small[(2 * row + 1) * columns + column], colors)
        let both = "\(escape)[38;\(upper);48;\(lower)m"
        if both != last { text += both }
        last = both
        // A blank, so that a copy of the screen's text has no more blocks than it needs.
        text += upper == lower ? " " : "▀"
      }
      text += "\(escape)[0m\r\n"
    }
    return text
  }

  private static func code(_ color: UInt32, _ colors: Colors) -> String {
    switch colors {
    case .all: "2;\(color >> 16 & 255);\(color >> 8 & 255);\(color & 255)"
    case .palette: "5;\(paletteIndex(of: color))"
    }
  }

  /// The nearest of the palette's colours 16…255.
  static func paletteIndex(of color: UInt32) -> Int {
    let channels = [16, 8, 0].map { Int(color >> UInt32($0) & 255) }
    let levels = [0, 95, 135, 175, 215, 255]
    func distance(_ other: [Int]) -> Int {
      zip(channels, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let steps = channels.map { value in
      levels.indices.min { abs(levels[$0] - value) < abs(levels[$1] - value) } ?? 0
    }
    let grey = min(max((channels.reduce(0, +) / 3 - 8 + 5) / 10, 0), 23)
    let isGrey =
      distance([Int](repeating: 8 + 10 * grey, count: 3)) < distance(steps.map { levels[$0] })
    return isGrey ? 232 + grey : 16 + 36 * steps[0] + 6 * steps[1] + steps[2]
  }

  // MARK: Sixels

  /// As sixels, six pixels high each, of at most 255 colours (DEC, "VT330/VT340 Programmer Reference Manual", chapter 14).
  /// - Parameter rows: of text that it covers. They are made before it, and the cursor is put below them, since terminals leave it on the
  ///   last row of the picture (xterm), or below it (foot 1.13, mlterm).
  package static func sixels(
    _ pixels: FigurePixels, width: Int, height: Int, rows: Int
  ) -> String {
    let small = pixels.reduced(toWidth: width, height: height)
    let (palette, indices) = FewColors.quantised(small)
    var text = "\(escape)P0;1;0q\"1;1;\(width);\(height)"
    for (index, color) in palette.enumerated() {
      let parts = [16, 8, 0].map { (Int(color >> UInt32($0) & 255) * 100 + 127) / 255 }
      text += "#\(index);2;\(parts[0]);\(parts[1]);\(parts[2])"
    }
    text += stride(from: 0, to: height, by: 6).map { top in
      band(indices, width: width, rows: top..<min(top + 6, height))
    }.joined(separator: "-")
    return String(repeating: "\r\n", count: rows) + "\(escape)[\(rows)A\(escape)7" + text + end
      + "\(escape)8\(escape)[\(rows)B"
  }

  /// Six rows: for each colour in them which pixels have it.
  private static func band(_ indices: [UInt8], width: Int, rows: Range<Int>) -> String {
    var columnsOf: [UInt8: [UInt8]] = [:]
    for (bit, row) in rows.enumerated() {
      for column in 0..<width {
        columnsOf[indices[row * width + column], default: [UInt8](repeating: 0, count: width)][
          column] |=
          1 << UInt8(bit)
      }
    }
    return columnsOf.sorted { $0.key < $1.key }.map { index, columns in
      "#\(index)" + runs(columns)
    }.joined(separator: "$")
  }

  private static func runs(_ columns: [UInt8]) -> String {
    var text = ""
    var start = 0
    while start < columns.count {
      var stop = start + 1
      while stop < columns.count, columns[stop] == columns[start] { stop += 1 }
      let sixel = String(UnicodeScalar(63 + columns[start]))
      let count = stop - start
      text += count > 3 ? "!\(count)\(sixel)" : String(repeating: sixel, count: count)
      start = stop
    }
    return text
  }
}

/// A picture in at most 255 colours: those that are there most, of colours of five bits a channel; what has another gets the nearest.
enum FewColors {
  static func quantised(_ pixels: [UInt32]) -> (palette: [UInt32], indices: [UInt8]) {
    func coarse(_ color: UInt32) -> UInt32 { color >> 3 & 0x1F1F1F }
    var sums: [UInt32: (count: Int, red: Int, green: Int, blue: Int)] = [:]
    for color in pixels {
      var sum = sums[coarse(color)] ?? (0, 0, 0, 0)
      sum.count += 1
      sum.red += Int(color >> 16 & 255)
      sum.green += Int(color >> 8 & 255)
      sum.blue += Int(color & 255)
      sums[coarse(color)] = sum
    }
    let kept = sums.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(255)
    let palette = kept.map { _, sum in
      UInt32(sum.red / sum.count) << 16 | UInt32(sum.green / sum.count) << 8
        | UInt32(sum.blue / sum.count)
    }
    var indexOf = Dictionary(
      uniqueKeysWithValues: kept.enumerated().map { ($1.key, UInt8($0)) })
    func distance(_ a: UInt32, _ b: UInt32) -> Int {
      [16, 8, 0].reduce(0) { sum, shift in
        let difference = Int(a >> UInt32(shift) & 255) - Int(b >> UInt32(shift) & 255)
        return sum + difference * difference
      }
    }
    let indices = pixels.map { color in
      if let known = indexOf[coarse(color)] { return known }
      let nearest = palette.indices.min {
        distance(palette[$0], color) < distance(palette[$1], color)
      }
      let index = UInt8(nearest ?? 0)
      indexOf[coarse(color)] = index
      return index
    }
    return (palette, indices)
  }
}

extension FigurePixels {
  /// A PNG's pixels. Throws ``FigureError/png(_:)``.
  package init(png bytes: [UInt8]) throws {
    var header = cpng_header()
    var decoded: UnsafeMutablePointer<UInt8>?
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_SIZE))
    let status = cpng_decode(
      bytes, bytes.count, 4, UInt64(Figure.pixelLimit), &decoded, &header, &message, message.count)
    defer { cpng_free(decoded) }
    guard Int(status) == Int(CPNG_OK), let decoded else {
      let reason = message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
      throw FigureError.png(String(decoding: reason, as: UTF8.self))
    }
    let (width, height) = (Int(header.width), Int(header.height))
    self.init(
      width: width, height: height,
      rgba: [UInt8](UnsafeBufferPointer(start: decoded, count: 4 * width * height)))
  }

  /// The picture on white in another size, colours as 0xRRGGBB: each pixel is the mean of those that it stands for.
  func reduced(toWidth newWidth: Int, height newHeight: Int) -> [UInt32] {
    var reduced: [UInt32] = []
    reduced.reserveCapacity(newWidth * newHeight)
    for row in 0..<newHeight {
      let top = row * height / newHeight
      let rows = top..<max(top + 1, (row + 1) * height / newHeight)
      for column in 0..<newWidth {
        let left = column * width / newWidth
        let columns = left..<max(left + 1, (column + 1) * width / newWidth)
        reduced.append(mean(rows, columns))
      }
    }
    return reduced
  }

  private func mean(_ rows: Range<Int>, _ columns: Range<Int>) -> UInt32 {
    var (red, green, blue) = (0, 0, 0)
    for row in rows {
      for column in columns {
        let place = 4 * (row * width + column)
        let alpha = Int(rgba[place + 3])
        let white = 255 * (255 - alpha)
        red += Int(rgba[place]) * alpha + white
        green += Int(rgba[place + 1]) * alpha + white
        blue += Int(rgba[place + 2]) * alpha + white
      }
    }
    let all = 255 * rows.count * columns.count
    func part(_ sum: Int) -> UInt32 { UInt32((sum + all / 2) / all) }
    return part(red) << 16 | part(green) << 8 | part(blue)
  }
}
