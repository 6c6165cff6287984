import CCMark
import Foundation

/// Markdown to HTML through cmark-gfm, with tables, strike-through, bare links and footnotes. Raw
/// HTML and dangerous links are left out, so that a report never holds a script.
enum CommonMark {
  private static let extensions = ["table", "strikethrough", "autolink", "tasklist"]

  /// Renders a document.
  /// - Parameter image: gives what is shown for a picture's URL; where it gives nil, there is a link to the URL instead: a report loads
  ///   nothing when it is opened.
  static func html(_ text: String, image: (String) -> String? = { _ in nil }) -> String {
    cmark_gfm_core_extensions_ensure_registered()
    let options = CMARK_OPT_FOOTNOTES | CMARK_OPT_VALIDATE_UTF8
    guard let parser = cmark_parser_new(options) else { return "" }
    defer { cmark_parser_free(parser) }
    for name in extensions {
      if let found = cmark_find_syntax_extension(name) {
        cmark_parser_attach_syntax_extension(parser, found)
      }
    }
    let bytes = Array(text.utf8)
    bytes.withUnsafeBytes { buffer in
      cmark_parser_feed(
        parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
    }
    guard let document = cmark_parser_finish(parser) else { return "" }
    defer { cmark_node_free(document) }
    replaceImages(document, image)
    let list = cmark_parser_get_syntax_extensions(parser)
    guard let html = cmark_render_html(document, options, list) else { return "" }
    defer { free(html) }
    return String(cString: html)
  }

  /// A heading of a document.
  struct Heading {
    /// 1 to 6.
    let level: Int
    let text: String
    /// The line of the document, counted from 1.
    let line: Int
  }

  /// The headings of a document, in both of Markdown's spellings.
  static func headings(_ text: String) -> [Heading] {
    guard let document = document(text) else { return [] }
    defer { cmark_node_free(document) }
    return nodes(document, of: CMARK_NODE_HEADING).map { node in
      let words = nodes(node, of: CMARK_NODE_TEXT, CMARK_NODE_CODE).compactMap {
        cmark_node_get_literal($0).map { String(cString: $0) }
      }
      return Heading(
        level: Int(cmark_node_get_heading_level(node)), text: words.joined(),
        line: Int(cmark_node_get_start_line(node)))
    }
  }

  private static func document(_ text: String) -> OpaquePointer? {
    guard let parser = cmark_parser_new(CMARK_OPT_VALIDATE_UTF8) else { return nil }
    defer { cmark_parser_free(parser) }
    let bytes = Array(text.utf8)
    bytes.withUnsafeBytes { buffer in
      cmark_parser_feed(
        parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
    }
    return cmark_parser_finish(parser)
  }

  private static func replaceImages(
    _ document: OpaquePointer, _ image: (String) -> String?
  ) {
    for node in nodes(document, of: CMARK_NODE_IMAGE) {
      guard let text = cmark_node_get_url(node) else { continue }
      let url = String(cString: text)
      if let shown = image(url) {
        cmark_node_set_url(node, shown)
      } else {
        turnIntoLink(node, url)
      }
    }
  }

  /// Puts a link in place of a picture, with its alternative text; without one, its URL.
  private static func turnIntoLink(_ node: OpaquePointer, _ url: String) {
    guard let link = cmark_node_new(CMARK_NODE_LINK) else { return }
    cmark_node_set_url(link, url)
    while let child = cmark_node_first_child(node) {
      cmark_node_unlink(child)
      cmark_node_append_child(link, child)
    }
    if cmark_node_first_child(link) == nil, let words = cmark_node_new(CMARK_NODE_TEXT) {
      cmark_node_set_literal(words, url)
      cmark_node_append_child(link, words)
    }
    if cmark_node_replace(node, link) == 1 { cmark_node_free(node) }
  }

  private static func nodes(
    _ document: OpaquePointer, of types: cmark_node_type...
  ) -> [OpaquePointer] {
    guard let iterator = cmark_iter_new(document) else { return [] }
    defer { cmark_iter_free(iterator) }
    var found: [OpaquePointer] = []
    while true {
      let event = cmark_iter_next(iterator)
      if event == CMARK_EVENT_DONE { return found }
      if event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(iterator),
        types.contains(cmark_node_get_type(node))
      {
        found.append(node)
      }
    }
  }

  /// The URLs of the pictures of a document.
  static func pictureURLs(_ text: String) -> [String] {
    var urls: [String] = []
    _ = html(text) { url in
      urls.append(url)
      return nil
    }
    return urls
  }
}
