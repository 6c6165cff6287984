/// A position in a file: the line and the column in characters, both counted from 1.
public struct SourcePosition: Hashable, Sendable {
  /// The line of the file.
  public let line: Int
  /// The character in the line.
  public let column: Int
}

extension Span {
  /// The line and column of its first character.
  public var position: SourcePosition {
    let line = lineRange
    let before = Span(source, line.range.lowerBound..<range.lowerBound.clamped(to: line.range)).text
    return SourcePosition(line: line.number, column: before.count + 1)
  }

  /// The whole line on which it begins, without its newline, and that line's number in the file.
  var lineRange: (number: Int, range: Range<Int>) {
    let newline = UInt8(ascii: "\n")
    var number = source.firstLine
    var start = 0
    var end = 0
    for (offset, byte) in source.text.utf8.enumerated() {
      end = offset
      if byte == newline {
        if offset >= range.lowerBound { return (number, start..<offset) }
        number += 1
        start = offset + 1
      }
      end = offset + 1
    }
    return (number, min(start, end)..<end)
  }
}

extension Int {
  fileprivate func clamped(to range: Range<Int>) -> Int {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
