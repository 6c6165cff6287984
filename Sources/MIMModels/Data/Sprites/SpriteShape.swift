import Foundation

/// A shape of the sprites, of radius about 1 around its centre.
enum SpriteShape: String, CaseIterable {
  case square, ellipse, heart

  /// Whether a point lies in it; `down` grows downwards.
  func contains(right: Double, down: Double) -> Bool {
    switch self {
    case .square: return max(abs(right), abs(down)) <= 0.75
    case .ellipse: return right * right + down * down / 0.36 <= 1
    case .heart:
      // The curve (u² + v² − 1)³ = u² v³, which is 2.3 wide and 2.2 high.
      let (u, v) = (1.2 * right, 0.1 - 1.2 * down)
      let ring = u * u + v * v - 1
      return ring * ring * ring <= u * u * v * v * v
    }
  }
}

/// One drawing, 32 × 32 pixels.
struct Sprite {
  static let side = 32

  let shape: SpriteShape
  /// Its radius in pixels.
  let radius: Double
  /// Turned clockwise by so many radians.
  let angle: Double
  /// Its centre in pixels from the left.
  let x: Double
  /// Its centre in pixels from the top.
  let y: Double

  /// 1 where the middle of a pixel lies in the shape, row by row from the top.
  var pixels: [Float] {
    let (cosine, sine) = (cos(angle), sin(angle))
    return (0..<Self.side * Self.side).map { place in
      let right = (Double(place % Self.side) + 0.5 - x) / radius
      let down = (Double(place / Self.side) + 0.5 - y) / radius
      let isIn = shape.contains(
        right: cosine * right + sine * down, down: cosine * down - sine * right)
      return isIn ? 1 : 0
    }
  }
}
