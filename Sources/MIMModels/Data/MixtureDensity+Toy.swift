import MIMTensor

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension MixtureDensity {
  /// The toy densities of the MIM authors' code (Livne et al. 2019, arXiv:1910.03175).
  ///
  /// - A whole number N: K = |N| + 1 Gaussians, one at the origin and the others on the unit
  ///   circle at angles 2πi/K, i = 0, 1, …; `-N` has only the K = |N| on the circle. The standard
  ///   deviation is 1.25/K on every axis. Beyond two dimensions, coordinate j of component i is
  ///   entry [i, j] of linspace(−10K, 10K, K·d) reshaped to [K, d].
  /// - Any other text: one Gaussian in 2-D for each lit pixel of the text rendered in ``ToyFont``.
  ///   With `size` the extent of the rendered text along that axis (6 pixels a character across,
  ///   11 up), a pixel's centre is 3.6·(pixel/size − 0.45), counted from the left and from the
  ///   bottom, so that the text stands upright; the standard deviation is 1/size. Components are
  ///   counted column by column from the left, in a column from the bottom.
  public static func toy(_ description: String, dimension: Int = 2) throws -> MixtureDensity {
    guard let number = Int(description) else {
      guard !isNumber(description) else {
        throw DataError.badToy(
          description: description,
          rule: "use a whole number from -1000 to 1000, or text that is not a number")
      }
      guard dimension == 2 else {
        throw DataError.badOption(
          option: "dim", value: "\(dimension)", rule: "a toy made of text has 2 dimensions")
      }
      return try text(description)
    }
    guard (-1_000...1_000).contains(number) else {
      throw DataError.badToy(
        description: description, rule: "use a whole number from -1000 to 1000")
    }
    guard (1...1_000).contains(dimension) else {
      throw DataError.badOption(
        option: "dim", value: "\(dimension)", rule: "a toy has 1 to 1000 dimensions")
    }
    return ring(number, dimension: dimension)
  }

  /// Whether a text that is no `Int` was meant as a number: fractions, exponents, many digits.
  /// `inf`, `nan` and hexadecimal digits are texts.
  private static func isNumber(_ text: String) -> Bool {
    text.allSatisfy { "0123456789+-.eE".contains($0) } && Double(text) != nil
  }

  private static func ring(_ number: Int, dimension: Int) -> MixtureDensity {
    let centre = number >= 0 ? 1 : 0
    let count = abs(number) + centre
    let entries = count * dimension
    let ends = 10 * Double(count)
    let step = entries > 1 ? 2 * ends / Double(entries - 1) : 0
    var means = (0..<entries).map { Float(-ends + Double($0) * step) }
    for component in 0..<count {
      let angle = 2 * Double.pi * Double(component - centre) / Double(count)
      let point = component < centre ? [0, 0] : [cos(angle), sin(angle)]
      for axis in 0..<min(2, dimension) {
        means[component * dimension + axis] = Float(point[axis])
      }
    }
    return MixtureDensity(
      means: HostArray(means, shape: [count, dimension]),
      scales: HostArray(repeating: 1.25 / Float(count), shape: [count, dimension]))
  }

  private static func text(_ text: String) throws -> MixtureDensity {
    guard (1...32).contains(text.unicodeScalars.count),
      let (pixels, width) = ToyFont.render(text), pixels.contains(true)
    else {
      throw DataError.badToy(
        description: text,
        rule: "use a whole number (\"4\", \"-4\"), or 1 to 32 printable ASCII characters")
    }
    let height = ToyFont.height
    var means: [Float] = []
    for x in 0..<width {
      for y in 0..<height where pixels[(height - 1 - y) * width + x] {
        means.append(Float(3.6 * (Double(x) / Double(width) - 0.45)))
        means.append(Float(3.6 * (Double(y) / Double(height) - 0.45)))
      }
    }
    let shape: Shape = [means.count / 2, 2]
    let scales = (0..<means.count).map { $0 % 2 == 0 ? 1 / Float(width) : 1 / Float(height) }
    return MixtureDensity(
      means: HostArray(means, shape: shape), scales: HostArray(scales, shape: shape))
  }
}
