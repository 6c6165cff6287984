import MIMFormats

extension JSON {
  /// The JSON text (RFC 8259): on one line, or indented by two spaces a level. Numbers read back
  /// exactly; NaN and the infinities become the strings "NaN", "Infinity", "-Infinity", which
  /// Python's and JavaScript's number readers take.
  public func text(pretty: Bool = false) -> String {
    var result = ""
    write(to: &result, indent: pretty ? 0 : nil)
    return result
  }

  private func write(to result: inout String, indent: Int?) {
    switch self {
    case .null: result += "null"
    case .bool(let flag): result += flag ? "true" : "false"
    case .number(let number):
      result += number.isFinite ? number.exactText : "\"\(number.exactText)\""
    case .string(let text): result += JSONString.quoted(text)
    case .array(let elements):
      Self.enclose("[", "]", count: elements.count, &result, indent) { index, result, deeper in
        elements[index].write(to: &result, indent: deeper)
      }
    case .object(let members):
      Self.enclose("{", "}", count: members.count, &result, indent) { index, result, deeper in
        result += JSONString.quoted(members[index].key)
        result += indent == nil ? ":" : ": "
        members[index].value.write(to: &result, indent: deeper)
      }
    }
  }

  private static func enclose(
    _ open: String, _ close: String, count: Int, _ result: inout String, _ indent: Int?,
    _ element: (Int, inout String, Int?) -> Void
  ) {
    result += open
    let deeper = indent.map { $0 + 1 }
    for index in 0..<count {
      if index > 0 { result += indent == nil ? ", " : "," }
      if let deeper { result += "\n" + String(repeating: "  ", count: deeper) }
      element(index, &result, deeper)
    }
    if let indent, count > 0 { result += "\n" + String(repeating: "  ", count: indent) }
    result += close
  }
}
