import MIMTensor

extension PixelLayer {
  /// The rows above and the pixels to the left are seen; the pixel itself by all but the first.
  private static let taps = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]

  /// Writes `[tap][input][output]` of the first `taps` taps, channels filled up with zeros.
  func pack(
    taps: Int, inputs padded: Int, outputs: Int, into target: UnsafeMutablePointer<Float>
  ) {
    for (tap, place) in Self.taps.prefix(taps).enumerated() {
      for input in 0..<inputs {
        let row = target + (tap * padded + input) * outputs
        for output in 0..<self.outputs {
          row[output] =
            weight.elements[((output * inputs + input) * 3 + place.0) * 3 + place.1]
        }
      }
    }
  }
}
