import MIMFormats

extension JSON {
  /// The JSON text (RFC 8259): on one line, or indented by two spaces a level. Numbers read back
  /// exactly; NaN and the infinities become the strings "NaN", "Infinity", "-Infinity", which
  /// Python's and JavaScript's number readers take.
  public func text(pretty: Bool = false) -> String {
    var result: [UInt8] = []
    write(to: &result, indent: pretty ? 0 : nil)
    return String(decoding: result, as: UTF8.self)
  }

  private func write(to result: inout [UInt8], indent: Int?) {
    switch self {
    case .null: result.append(contentsOf: "null".utf8)
    case .bool(let flag): result.append(contentsOf: (flag ? "true" : "false").utf8)
    case .number(let number):
      let text = number.exactText
      result.append(contentsOf: (number.isFinite ? text : "\"\(text)\"").utf8)
    case .string(let text): JSONString.append(text, to: &result)
    case .array(let elements):
      Self.enclose("[", "]", count: elements.count, &result, indent) { index, result, deeper in
        elements[index].write(to: &result, indent: deeper)
      }
    case .object(let members):
      Self.enclose("{", "}", count: members.count, &result, indent) { index, result, deeper in
        JSONString.append(members[index].key, to: &result)
        result.append(contentsOf: (indent == nil ? ":" : ": ").utf8)
        members[index].value.write(to: &result, indent: deeper)
      }
    }
  }

  private static func enclose(
    _ open: Character, _ close: Character, count: Int, _ result: inout [UInt8], _ indent: Int?,
    _ element: (Int, inout [UInt8], Int?) -> Void
  ) {
    result.append(contentsOf: open.utf8)
    let deeper = indent.map { $0 + 1 }
    for index in 0..<count {
      if index > 0 { result.append(contentsOf: (indent == nil ? ", " : ",").utf8) }
      if let deeper { startLine(&result, deeper) }
      element(index, &result, deeper)
    }
    if let indent, count > 0 { startLine(&result, indent) }
    result.append(contentsOf: close.utf8)
  }

  private static func startLine(_ result: inout [UInt8], _ indent: Int) {
    result.append(0x0A)
    result.append(contentsOf: repeatElement(0x20, count: 2 * indent))
  }
}
