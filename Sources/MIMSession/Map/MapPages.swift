import MIMFormats

/// Several maps in one HTML file: each is a page of its own within it, with all that a map has.
struct MapPages {
  private let title: String
  private let about: String
  private let pages: [(title: String, bytes: [UInt8])]
  private let recipe: String

  /// - Parameters:
  ///   - about: what they show, in a sentence.
  ///   - pages: each map's title and file.
  ///   - recipe: how to make the figure again, for the file.
  init(title: String, about: String, pages: [(title: String, bytes: [UInt8])], recipe: String) {
    (self.title, self.about, self.pages, self.recipe) = (title, about, pages, recipe)
  }

  /// The file's bytes.
  var bytes: [UInt8] {
    var file = Array(head.utf8)
    for (number, page) in pages.enumerated() {
      let name = HTML.escaped("Map \(number + 1) of \(pages.count): \(page.title)")
      file += "<iframe title=\"\(name)\" srcdoc=\"".utf8
      file += Self.attribute(page.bytes)
      file += "\"></iframe>\n".utf8
    }
    file += "</main>\n</body>\n</html>\n".utf8
    return file
  }

  /// A page as the value of an attribute.
  private static func attribute(_ page: [UInt8]) -> [UInt8] {
    var value: [UInt8] = []
    value.reserveCapacity(page.count + page.count / 16)
    for byte in page {
      switch byte {
      case UInt8(ascii: "&"): value += "&amp;".utf8
      case UInt8(ascii: "\""): value += "&quot;".utf8
      default: value.append(byte)
      }
    }
    return value
  }

  /// The policy is that of the pages within, which have no other.
  private var head: String {
    """
    \(MapPage.head(title: title, style: Self.css, recipe: recipe))
    <header><h1>\(HTML.escaped(title))</h1><p>\(HTML.escaped(about))</p></header>
    <main>

    """
  }

  /// Side by side where each has room for its map and its lists, else below one another.
  private static let css = """
    :root { --ink: #1d2330; --soft: #5b6475; --line: #c4cad6; --page: #ffffff; color-scheme: light dark; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e3e6ec; --soft: #a3acbc; --line: #434b5b; --page: #15181e; }
    }
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    body { margin: 0; background: var(--page); color: var(--ink); font: .9375rem/1.45 system-ui,
      "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
    header { padding: .6rem 1rem; }
    h1 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere; }
    header p { margin: .1rem 0 0; color: var(--soft); font-size: .8125rem; overflow-wrap: anywhere; }
    main { display: grid; gap: .8rem; padding: 0 .8rem .8rem;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 44rem), 1fr)); }
    iframe { width: 100%; height: min(52rem, 90vh); border: 1px solid var(--line); border-radius: 6px; }
    """
}
