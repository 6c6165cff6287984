import Foundation
import MIMFigures
import MIMFormats
import MIMScript
import MIMTensor

/// The recipe inside a figure's file: the notebook that draws it again.
enum FigureRecipe {
  /// The recipe of a PNG, SVG, PDF or map.
  /// - Throws: a `Halt` where there is no file, no recipe, or one that somebody has edited.
  static func read(_ path: String) throws -> String {
    let bytes: [UInt8]
    do {
      bytes = try FileReader.bytes(of: path, limit: 1 << 30)
    } catch {
      throw Halt.usage("\(error)")
    }
    guard let text = text(in: bytes) else {
      throw Halt(
        .failure,
        [
          ScriptError(
            "E541", "`\(path)` has no recipe",
            notes: [
              "figures that mim-repl writes have one (png, pdf, svg, html); editors of pictures often drop it"
            ])
        ])
    }
    guard isWhole(text) else {
      throw Halt(
        .failure,
        [
          ScriptError(
            "E541", "the recipe in `\(path)` is not as mim-repl wrote it",
            notes: ["somebody has edited it, so it may draw something else"])
        ])
    }
    return text
  }

  private static func text(in bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
      return (try? Figure.recipe(fromPNG: bytes)) ?? nil
    }
    if bytes.starts(with: "%PDF".utf8) { return PDFText.subject(bytes) }
    return svg(bytes)
  }

  private static func svg(_ bytes: [UInt8]) -> String? {
    let (begin, end) = (Array("<metadata id=\"mim-recipe\">".utf8), Array("</metadata>".utf8))
    guard let first = bytes.firstRange(of: begin),
      let last = bytes[first.upperBound...].firstRange(of: end)
    else { return nil }
    return MarkupText.unescaped(
      String(decoding: bytes[first.upperBound..<last.lowerBound], as: UTF8.self))
  }

  /// Whether the line that identifies the last statement fits it.
  private static func isWhole(_ text: String) -> Bool {
    guard let notebook = try? NotebookReader.read(Array(text.utf8), name: "recipe"),
      let cell = notebook.cells.last
    else { return false }
    let parsed = Parser.parse(cell.source, vocabulary: builtinTable.vocabulary)
    guard let last = parsed.program.statements.last else { return false }
    let name = text.split(separator: "\n").lazy.compactMap { line -> String? in
      guard line.hasPrefix("<!-- mim-repl "), line.hasSuffix(" -->") else { return nil }
      return line.dropLast(4).range(of: ", from ").map {
        String(line.dropLast(4)[$0.upperBound...])
      }
    }.first
    return text.contains("<!-- \(Recipe.fingerprint(name, cell.options.label, last.plainText)) -->")
  }
}

/// What is written into a PDF.
private enum PDFText {
  /// The document's subject; Cairo writes it in parentheses, or as digits of UTF-16.
  static func subject(_ bytes: [UInt8]) -> String? {
    guard let key = bytes.firstRange(of: Array("/Subject".utf8)) else { return nil }
    let rest = bytes[key.upperBound...].drop { $0 == 32 || $0 == 10 || $0 == 13 }
    switch rest.first {
    case UInt8(ascii: "<"): return digits(rest.dropFirst())
    case UInt8(ascii: "("): return literal(rest.dropFirst())
    default: return nil
    }
  }

  private static func digits(_ text: ArraySlice<UInt8>) -> String? {
    let values = text.prefix { $0 != UInt8(ascii: ">") }.compactMap {
      Character(UnicodeScalar($0)).hexDigitValue
    }
    guard values.count % 4 == 0 else { return nil }
    let units = stride(from: 0, to: values.count, by: 4).map { place in
      values[place..<place + 4].reduce(UInt16(0)) { $0 << 4 | UInt16($1) }
    }
    return String(decoding: units.first == 0xFEFF ? units.dropFirst() : units[...], as: UTF16.self)
  }

  private static func literal(_ text: ArraySlice<UInt8>) -> String? {
    var result: [UInt8] = []
    var depth = 0
    var rest = text
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"):
        if depth == 0 { return String(decoding: result, as: UTF8.self) }
        depth -= 1
      case UInt8(ascii: "\\"):
        guard let next = rest.popFirst() else { return nil }
        result.append(escaped(next, &rest))
        continue
      default: break
      }
      result.append(byte)
    }
    return nil
  }

  private static func escaped(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>) -> UInt8 {
    switch byte {
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      var value = Int(byte) - 48
      for _ in 0..<2 {
        guard let next = rest.first, (48...55).contains(next) else { break }
        value = value * 8 + Int(next) - 48
        rest = rest.dropFirst()
      }
      return UInt8(truncatingIfNeeded: value)
    default: return byte
    }
  }
}

extension Commands {
  /// The notebook that draws a figure again, from the figure's file.
  /// - Returns: its text; nil where the error was reported.
  public static func recipe(_ path: String, output: any SessionOutput) -> (String?, ExitCode) {
    do {
      return (try FigureRecipe.read(path), .ok)
    } catch {
      return (nil, report(error, output))
    }
  }
}
