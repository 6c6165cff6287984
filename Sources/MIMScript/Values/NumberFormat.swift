#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How a number is written: a checked `printf` format such as `%.2f` or `%.3e nats`, so that text
/// from a notebook can never reach C's `printf` unchecked.
public struct NumberFormat: Hashable, Sendable {
  /// Four significant digits, as tables show numbers.
  public static let fourDigits = NumberFormat(prefix: "", directive: "%.4g", suffix: "")
  /// Ten significant digits, as a bare number is shown.
  public static let tenDigits = NumberFormat(prefix: "", directive: "%.10g", suffix: "")

  private let prefix: String
  private let directive: String
  private let suffix: String

  private init(prefix: String, directive: String, suffix: String) {
    self.prefix = prefix
    self.directive = directive
    self.suffix = suffix
  }

  /// Reads a format: literal text around exactly one `%[flags][width][.precision](e|f|g|d)`, width
  /// and precision of at most two digits; `%%` is a percent sign.
  /// - Returns: nil when it is anything else.
  public init?(printf format: String) {
    var parts = ["", ""]
    var found: String?
    var rest = Substring(format)
    while let character = rest.popFirst() {
      if character != "%" {
        parts[found == nil ? 0 : 1].append(character)
      } else if rest.first == "%" {
        rest.removeFirst()
        parts[found == nil ? 0 : 1].append("%")
      } else {
        guard found == nil, let directive = Self.directive(&rest) else { return nil }
        found = directive
      }
    }
    guard let found else { return nil }
    self.init(prefix: parts[0], directive: found, suffix: parts[1])
  }

  private static func directive(_ rest: inout Substring) -> String? {
    var text = "%"
    while let flag = rest.first, "-+ #0".contains(flag), text.count < 6 {
      text.append(flag)
      rest.removeFirst()
    }
    func digits(_ rest: inout Substring) -> String? {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      return digits.count <= 2 ? String(digits) : nil
    }
    guard let width = digits(&rest) else { return nil }
    text += width
    var hasPrecision = false
    if rest.first == "." {
      rest.removeFirst()
      guard let precision = digits(&rest) else { return nil }
      text += "." + precision
      hasPrecision = true
    }
    guard let letter = rest.popFirst(), "efgdEG".contains(letter) else { return nil }
    return text + (letter == "d" ? (hasPrecision ? "f" : ".0f") : String(letter))
  }

  /// The number's text.
  public func string(_ number: Double) -> String {
    guard number.isFinite else {
      return prefix + (number.isNaN ? "NaN" : number < 0 ? "-∞" : "∞") + suffix
    }
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
      let length = withVaList([number]) {
        vsnprintf(buffer.baseAddress, buffer.count, directive, $0)
      }
      let used = UnsafeRawBufferPointer(buffer).prefix(min(max(0, Int(length)), buffer.count - 1))
      return String(decoding: used, as: UTF8.self)
    }
    return prefix + text + suffix
  }
}

extension Double {
  /// The shortest text that reads back as the same number; whole numbers without a point.
  var exactText: String {
    if isNaN { return "NaN" }
    if isInfinite { return self < 0 ? "-Infinity" : "Infinity" }
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
