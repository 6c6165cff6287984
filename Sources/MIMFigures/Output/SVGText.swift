import MIMFormats

/// What Cairo's SVG needs to be the same every time and to carry its recipe.
enum SVGText {
  /// Numbers the identifiers anew, since Cairo counts surfaces over the whole process, and adds
  /// title and recipe.
  static func finished(_ svg: [UInt8], figure: Figure) -> [UInt8] {
    var text = renumbered(svg)
    var head = "\n"
    if let title = figure.title ?? figure.panels.first?.title {
      head += "<title>\(MarkupText.escaped(title, for: .xml))</title>\n"
    }
    if let recipe = figure.recipe {
      head += "<metadata id=\"mim-recipe\">\(MarkupText.escaped(recipe, for: .xml))</metadata>\n"
    }
    if let start = text.firstRange(of: Array("<svg ".utf8)),
      let end = text[start.upperBound...].firstIndex(of: UInt8(ascii: ">"))
    {
      text.insert(contentsOf: head.utf8, at: end + 1)
    }
    return text
  }

  /// `svg` with its identifiers (`surface12` after `id="` or `#`) numbered in order of
  /// appearance, kind by kind.
  private static func renumbered(_ svg: [UInt8]) -> [UInt8] {
    var numbers: [String: [String: Int]] = [:]
    var result: [UInt8] = []
    result.reserveCapacity(svg.count)
    let quote = Array("id=\"".utf8)
    var position = 0
    while position < svg.count {
      result.append(svg[position])
      position += 1
      guard svg[position - 1] == UInt8(ascii: "#") || result.suffix(4).elementsEqual(quote) else {
        continue
      }
      let kind = svg[position...].prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
      let digits = svg[kind.endIndex...].prefix {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      }
      guard !kind.isEmpty, !digits.isEmpty else { continue }
      let name = String(decoding: kind, as: UTF8.self)
      let old = String(decoding: digits, as: UTF8.self)
      let known = numbers[name, default: [:]]
      let number = known[old] ?? known.count
      numbers[name, default: [:]][old] = number
      result += Array("\(name)\(number)".utf8)
      position = digits.endIndex
    }
    return result
  }
}
