import MIMScript
import MIMSession

/// A place as the protocol counts it: line and UTF-16 units, from 0.
struct TextPosition: Hashable, Comparable, Sendable {
  let line: Int
  let character: Int

  static func < (a: TextPosition, b: TextPosition) -> Bool {
    (a.line, a.character) < (b.line, b.character)
  }

  var json: JSON { .members(["line": .int(line), "character": .int(character)]) }

  init(line: Int, character: Int) {
    self.line = line
    self.character = character
  }

  /// Nil for what is no position.
  init?(_ json: JSON) {
    guard let line = json["line"].int, let character = json["character"].int, line >= 0,
      character >= 0
    else { return nil }
    self.init(line: line, character: character)
  }
}

/// From one place up to before another.
struct TextRange: Hashable, Sendable {
  let start: TextPosition
  let end: TextPosition

  var json: JSON { .members(["start": start.json, "end": end.json]) }

  init(_ start: TextPosition, _ end: TextPosition) {
    self.start = start
    self.end = max(start, end)
  }

  init?(_ json: JSON) {
    guard let start = TextPosition(json["start"]), let end = TextPosition(json["end"]) else {
      return nil
    }
    self.init(start, end)
  }

  func contains(_ position: TextPosition) -> Bool { start <= position && position <= end }

  func touches(_ other: TextRange) -> Bool { start <= other.end && other.start <= end }
}

/// Text put in place of a range.
struct TextEdit {
  let range: TextRange
  let text: String

  var json: JSON { .members(["range": range.json, "newText": .string(text)]) }
}
