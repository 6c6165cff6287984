/// The colours and markers of points as a web page takes them: the same as in drawn figures.
package enum WebPalette {
  /// The colours of so many classes: `#0072b2`.
  package static func colors(of count: Int) -> [String] {
    (0..<count).map { ScatterPanel.color($0, of: count).hexadecimal }
  }

  /// The markers of so many classes, as places in ``shapes``.
  package static func markers(of count: Int) -> [Int] {
    (0..<count).map { ScatterPanel.marker($0, of: count).rawValue }
  }

  /// The corners (x, y) of every marker on the unit disc, y downwards; none for a circle.
  package static var shapes: [[[Double]]] {
    Marker.allCases.map { $0.corners.map { [$0.x, $0.y] } }
  }

  /// The colour of points without classes.
  package static let single = Palette.okabeIto[0].hexadecimal

  /// The scale of colours, from the smallest value to the largest.
  package static let scale = (0..<10).map { ColorMap.color(at: Double($0) / 9).hexadecimal }
}

extension Color {
  /// The colour without its alpha, as `#rrggbb`.
  fileprivate var hexadecimal: String {
    "#"
      + [red, green, blue].map { part in
        let byte = UInt8(min(255, max(0, part * 255)).rounded())
        return (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }.joined()
  }
}
