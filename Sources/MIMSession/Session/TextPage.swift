import MIMScript

/// Lines to read: a page of help, the settings, the history.
struct TextPage: HostObject {
  let lines: [String]

  var typeName: String { "text" }
  var fieldNames: [String] { [] }
  func field(_ name: String) -> Value? { nil }
  func summary(width: Int) -> [String] {
    lines.flatMap { TextWidth.folded($0, to: min(98, max(20, width))) }
  }
  var json: JSON { .string(lines.joined(separator: "\n")) }
}
