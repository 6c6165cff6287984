import Foundation
import MIMTensor

/// One affine motion of an image: rotation, shift, scale and shear about its centre, as
/// torchvision's `affine` with nearest-neighbour sampling moves a PIL image.
public struct AffineMotion: Sendable, Equatable {
  /// Degrees, clockwise as seen.
  public var angle: Double
  /// Pixels to the right and down.
  public var shift: (x: Int, y: Int)
  /// The factor of both sides.
  public var scale: Double
  /// Degrees of shear along x.
  public var shear: Double

  /// Angles in degrees, the shift in pixels; scale 1 keeps the size.
  public init(angle: Double, shift: (x: Int, y: Int), scale: Double, shear: Double) {
    self.angle = angle
    self.shift = shift
    self.scale = scale
    self.shear = shear
  }

  /// Equal in all its numbers.
  public static func == (a: AffineMotion, b: AffineMotion) -> Bool {
    a.angle == b.angle && a.shift == b.shift && a.scale == b.scale && a.shear == b.shear
  }

  /// Where a pixel of the result comes from: `[x', y'] = A · [x, y, 1]`, A of two rows. The inverse
  /// of T · C · R(angle) · S(scale) · Shear · C⁻¹ with C the shift to the image's centre
  /// (torchvision, `functional._get_inverse_affine_matrix`).
  func inverse(width: Int, height: Int) -> [Double] {
    let rotation = angle * .pi / 180
    let slope = tan(shear * .pi / 180)
    let (centreX, centreY) = (Double(width) * 0.5, Double(height) * 0.5)
    let a = cos(rotation)
    let b = -cos(rotation) * slope - sin(rotation)
    let c = sin(rotation)
    let d = -sin(rotation) * slope + cos(rotation)
    let (m0, m1, m3, m4) = (d / scale, -b / scale, -c / scale, a / scale)
    let (x, y) = (-centreX - Double(shift.x), -centreY - Double(shift.y))
    return [m0, m1, m0 * x + m1 * y + centreX, m3, m4, m3 * x + m4 * y + centreY]
  }

  /// Moves an image of bytes, row after row; what comes from outside is 0. Pillow's fixed-point
  /// arithmetic (16 bits behind the point), so that the same pixels come out.
  ///
  /// Precondition: both buffers hold `width · height` bytes; sides below 32,768.
  package func move(
    _ image: UnsafePointer<UInt8>, into result: UnsafeMutablePointer<UInt8>, width: Int,
    height: Int
  ) {
    let matrix = inverse(width: width, height: height)
    func fixed(_ value: Double) -> Int { Int((value * 65_536 + 0.5).rounded(.down)) }
    let (stepX, stepY) = (fixed(matrix[0]), fixed(matrix[3]))
    let (rowX, rowY) = (fixed(matrix[1]), fixed(matrix[4]))
    var startX = fixed(matrix[2] + matrix[0] * 0.5 + matrix[1] * 0.5)
    var startY = fixed(matrix[5] + matrix[3] * 0.5 + matrix[4] * 0.5)
    for row in 0..<height {
      var (x, y) = (startX, startY)
      for column in 0..<width {
        let (fromX, fromY) = (x >> 16, y >> 16)
        let isInside = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height
        result[row * width + column] = isInside ? image[fromY * width + fromX] : 0
        x += stepX
        y += stepY
      }
      startX += rowX
      startY += rowY
    }
  }
}

/// The motions that training images get at random, as torchvision's `RandomAffine` inside
/// `RandomApply`: angle, shear and scale uniform, shifts uniform and rounded to pixels.
public struct RandomAffine: Sendable, Equatable, Codable {
  /// The fraction of images that are moved.
  public var probability = 0.5
  /// Degrees of rotation, to either side.
  public var degrees = 10.0
  /// The largest shift as a share of the image's side.
  public var shift = 0.1
  /// The least and the largest scale.
  public var scale = 0.8...1.2
  /// Degrees of shear along x, to either side.
  public var shear = 5.0

  /// The motions of Experiment B (Livne, Swersky, Fleet 2019).
  public init() {}

  /// The next image's motion; nil: it stays as it is.
  public func motion(
    width: Int, height: Int, using random: inout RandomStream
  ) -> AffineMotion? {
    guard random.uniform() < probability else { return nil }
    func symmetric(_ bound: Double) -> Double { (2 * random.uniform() - 1) * bound }
    let angle = symmetric(degrees)
    // As Python rounds: halves to the even number.
    let x = symmetric(shift * Double(width)).rounded(.toNearestOrEven)
    let y = symmetric(shift * Double(height)).rounded(.toNearestOrEven)
    let factor = scale.lowerBound + (scale.upperBound - scale.lowerBound) * random.uniform()
    return AffineMotion(
      angle: angle, shift: (Int(x), Int(y)), scale: factor, shear: symmetric(shear))
  }
}
