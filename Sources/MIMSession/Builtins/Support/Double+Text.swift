import Foundation

extension Double {
  /// The number with so many significant digits, as people write it: `0.0123`, `1.2e-05`, `84`.
  func text(_ digits: Int = 4) -> String { String(format: "%.\(digits)g", self) }
}

extension Int {
  /// The number in subscript digits: `₁₂`.
  var subscriptText: String {
    String(
      String.UnicodeScalarView(
        "\(self)".unicodeScalars.compactMap { digit in
          digit.properties.numericType == nil
            ? digit : Unicode.Scalar(digit.value - 48 + 0x2080)
        }))
  }

  /// The number in thousands: `2.9 M`, `5.3 k`, `784`.
  var scaledText: String {
    switch self {
    case 1_000_000_000...: "\((Double(self) / 1e9).text(3)) G"
    case 1_000_000...: "\((Double(self) / 1e6).text(3)) M"
    case 10_000...: "\((Double(self) / 1e3).text(3)) k"
    default: "\(self)"
    }
  }

  /// The number of bytes in a unit that fits: `12 MB`.
  var byteText: String {
    switch self {
    case 1_000_000_000...: "\((Double(self) / 1e9).text(3)) GB"
    case 1_000_000...: "\((Double(self) / 1e6).text(3)) MB"
    case 1_000...: "\((Double(self) / 1e3).text(3)) kB"
    default: "\(self) bytes"
    }
  }
}

extension Int {
  /// `1 epoch`, `50 epochs`.
  var epochText: String { self == 1 ? "1 epoch" : "\(self) epochs" }
}
