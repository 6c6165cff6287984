import CCairo

/// Text sizes of a figure and the measuring of text.
///
/// Widths come from unhinted glyphs, so the layout is the same for every format and resolution.
final class Typesetter {
  /// Size of titles and axis titles in points.
  let font: Double
  let faces = FontFaces()
  private let surface: OpaquePointer
  private let canvas: Canvas

  init(font: Double) {
    self.font = font
    surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1)
    canvas = Canvas(surface: surface, pixelsPerPoint: 1, isVector: false, faces: faces)
  }

  deinit { cairo_surface_destroy(surface) }

  /// Size of tick labels, legends and colour bars.
  var small: Double { font * 0.875 }
  /// Size of notes.
  var tiny: Double { font * 0.75 }
  /// Thickness of axes.
  var axisWidth: Double { font * 0.07 }
  /// Length of ticks.
  var tick: Double { font * 0.3 }
  /// The smallest distance between things that must not touch.
  var gap: Double { font * 0.4 }

  /// From one baseline to the next.
  static func lineHeight(_ size: Double) -> Double { size * 1.22 }

  /// From the top of a line's box to its baseline.
  static func ascent(_ size: Double) -> Double { size * 0.94 }

  /// Half the height of digits and capitals, to centre text on a point.
  static func halfCapital(_ size: Double) -> Double { size * 0.365 }

  func width(_ text: String, size: Double, bold: Bool = false) -> Double {
    canvas.width(of: text, size: size, bold: bold)
  }

  func missingGlyphs(in text: String) -> Int { canvas.missingGlyphs(in: text) }

  /// `text` on one line of at most `limit` points, shortened with an ellipsis where needed.
  func fitted(_ text: String, size: Double, limit: Double, bold: Bool = false) -> String {
    let line = Typesetter.cleaned(text)
    if width(line, size: size, bold: bold) <= limit { return line }
    var low = 0
    var high = min(line.count, 4_000)
    while low < high {
      let middle = (low + high + 1) / 2
      let candidate = Typesetter.shortened(line, to: middle)
      if width(candidate, size: size, bold: bold) <= limit {
        low = middle
      } else {
        high = middle - 1
      }
    }
    let result = Typesetter.shortened(line, to: low)
    return width(result, size: size, bold: bold) <= limit ? result : ""
  }

  /// `text` in lines of at most `limit` points, broken at blanks, and the last one shortened
  /// with an ellipsis where more than `maximum` would be needed.
  func wrapped(_ text: String, size: Double, limit: Double, maximum: Int, bold: Bool = false)
    -> [String]
  {
    var lines: [String] = []
    var current = ""
    let words = Typesetter.cleaned(String(text.prefix(4_000))).split(separator: " ").map(
      String.init)
    for (index, word) in words.enumerated() {
      let joined = current.isEmpty ? word : current + " " + word
      if current.isEmpty || width(joined, size: size, bold: bold) <= limit {
        current = joined
        continue
      }
      if lines.count == maximum - 1 {
        current = ([current] + words[index...]).joined(separator: " ")
        break
      }
      lines.append(fitted(current, size: size, limit: limit, bold: bold))
      current = word
    }
    if !current.isEmpty { lines.append(fitted(current, size: size, limit: limit, bold: bold)) }
    return lines
  }

  /// `text` with line breaks and control characters as blanks.
  static func cleaned(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .lineSeparator, .paragraphSeparator: " "
          default: scalar
          }
        }))
  }

  private static func shortened(_ text: String, to count: Int) -> String {
    var head = String(text.prefix(count))
    while head.last == " " { head.removeLast() }
    return head + "…"
  }
}
