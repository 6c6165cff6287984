import Foundation
import MIMFigures
import MIMFormats
import MIMScript
import MIMTensor

/// A map as one HTML file: its numbers and its script come first, so that it is drawn before its images are read.
struct MapPage {
  private let map: PointMap
  private let pictures: MapPictures?
  private let recipe: String

  /// - Parameter recipe: how to make the figure again, for the file.
  init(_ map: PointMap, _ pictures: MapPictures?, recipe: String) {
    self.map = map
    self.pictures = pictures.flatMap { $0.sheets.isEmpty ? nil : $0 }
    self.recipe = recipe
  }

  /// The file's bytes.
  var bytes: [UInt8] {
    var page = Array(head.utf8)
    for (number, sheet) in (pictures?.sheets ?? []).enumerated() {
      page += "<script type=\"text/plain\" id=\"sheet-\(number)\">".utf8
      page += Data(sheet).base64EncodedData()
      page += "</script>\n".utf8
    }
    page += "</body>\n</html>\n".utf8
    return page
  }

  /// What the page may do: run its own script, known by its hash, and show images that it holds. It loads nothing.
  static var policy: String {
    var hash = SHA256()
    MapScript.text.utf8CString.withUnsafeBytes { bytes in
      hash.update(UnsafeRawBufferPointer(rebasing: bytes.dropLast()))
    }
    let digest = Data(hash.digest()).base64EncodedString()
    return "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
      + "script-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'"
  }

  private var head: String {
    """
    \(MapPage.head(title: map.title, style: MapStyle.css, recipe: recipe))
    \(MapPage.body(map))
    <script type="application/json" id="map-data">\(json)</script>
    <script>\(MapScript.text)</script>

    """
  }

  /// The beginning of a page, as far as its first visible element.
  ///
  /// - Parameter recipe: how to make the figure again, for the file.
  static func head(title: String, style: String, recipe: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="\(policy)" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="generator" content="mim-repl \(programVersion)" />
    <link rel="icon" href="data:," />
    <title>\(HTML.escaped(title))</title>
    <style>
    \(style)
    </style>
    </head>
    <body>
    <svg width="0" height="0" hidden="hidden"><metadata id="mim-recipe">\
    \(MarkupText.escaped(recipe, for: .xml))</metadata></svg>
    """
  }

  // MARK: Data

  /// The numbers, as JSON that ends no script element.
  private var json: String {
    var entries: [(key: String, value: JSON)] = [
      ("count", .number(Double(map.count))), ("x", MapPage.floats(map.x)),
      ("y", MapPage.floats(map.y)), ("labels", map.labels.map(MapPage.integers) ?? .null),
      ("rows", map.rows.map(MapPage.integers) ?? .null),
      ("lines", map.lineNames.map { MapPage.texts($0.texts) } ?? .null),
      ("lineColumn", .string(map.lineNames?.column ?? "")),
      ("names", MapPage.texts(map.classNames)),
      ("single", .string(WebPalette.single)), ("isGrid", .bool(map.isGrid)),
      ("isEqual", .bool(map.hasEqualUnits)), ("hasAxes", .bool(map.axes != nil)),
      ("axes", MapPage.texts(map.axes ?? [])),
      ("size", size), ("shapes", MapPage.shapes),
      ("scale", .array(WebPalette.scale.map(JSON.string))), ("pictures", layout),
    ]
    entries += colors
    return JSON.object(entries).text().replacing("<", with: "\\u003c")
      .replacing(">", with: "\\u003e").replacing("&", with: "\\u0026")
  }

  /// The diameter of a point in the window's pixels.
  private var size: JSON { map.size.map { .number($0 * 4 / 3) } ?? .null }

  /// How images lie in the files.
  private var layout: JSON {
    guard let pictures else { return .null }
    return .object([
      ("width", .number(Double(pictures.width))), ("height", .number(Double(pictures.height))),
      ("perSheet", .number(Double(MapPictures.perSheet))),
      ("columns", .number(Double(min(MapPictures.columns, map.count)))),
    ])
  }

  private static let shapes = JSON.array(
    WebPalette.shapes.map { shape in
      JSON.array(shape.map { corner in JSON.array(corner.map(JSON.number)) })
    })

  private static func texts(_ texts: [String]) -> JSON {
    .array(texts.map { JSON.string(VisibleText.onOneLine($0)) })
  }

  private var colors: [(key: String, value: JSON)] {
    var (palette, markers) = ([String](), [Int]())
    var (values, title, range) = (JSON.null, JSON.null, [0.0, 1.0])
    switch map.coloring {
    case .single: break
    case .classes(_, let names):
      palette = WebPalette.colors(of: names.count)
      markers = WebPalette.markers(of: names.count)
    case .values(let numbers, let name):
      values = MapPage.floats(numbers)
      title = name.map { .string(VisibleText.onOneLine($0)) } ?? .null
      range = MapPage.range(of: numbers)
    }
    return [
      ("colors", .array(palette.map(JSON.string))),
      ("markers", .array(markers.map { .number(Double($0)) })), ("values", values),
      ("valueTitle", title), ("range", .array(range.map(JSON.number))),
    ]
  }

  /// The smallest and the largest finite number.
  private static func range(of numbers: [Double]) -> [Double] {
    let finite = numbers.lazy.filter(\.isFinite)
    return [finite.min() ?? 0, finite.max() ?? 1]
  }

  private static func floats(_ numbers: [Double]) -> JSON {
    base64(numbers.map { Float($0).bitPattern.littleEndian })
  }

  private static func integers(_ numbers: [Int]) -> JSON {
    base64(numbers.map { Int32(clamping: $0).littleEndian })
  }

  private static func base64<Number>(_ numbers: [Number]) -> JSON {
    .string(numbers.withUnsafeBytes { Data($0).base64EncodedString() })
  }
}
