import CCMark
import Foundation

/// Markdown to HTML through cmark-gfm, with tables, strike-through, bare links and footnotes. Raw
/// HTML and dangerous links are left out, so that a report never holds a script.
enum CommonMark {
  private static let extensions = ["table", "strikethrough", "autolink", "tasklist"]

  /// Renders a document.
  /// - Parameter image: gives the URL to use for a picture's URL; nil: as it is.
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

  private static func replaceImages(
    _ document: OpaquePointer, _ image: (String) -> String?
  ) {
    guard let iterator = cmark_iter_new(document) else { return }
    defer { cmark_iter_free(iterator) }
    while cmark_iter_next(iterator) != CMARK_EVENT_DONE {
      guard let node = cmark_iter_get_node(iterator),
        cmark_node_get_type(node) == CMARK_NODE_IMAGE, let url = cmark_node_get_url(node),
        let replacement = image(String(cString: url))
      else { continue }
      cmark_node_set_url(node, replacement)
    }
  }
}
