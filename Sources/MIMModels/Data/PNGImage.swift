import CPNG
import MIMTensor

/// A decoded PNG: 8-bit pixels, row by row from the top, channels interleaved.
struct PNGImage {
  let width: Int
  let height: Int
  /// 1 (grey) or 3 (RGB).
  let channels: Int
  let pixels: [UInt8]

  /// The largest picture that is read: 2²⁶ pixels.
  static let pixelLimit: UInt64 = 1 << 26

  /// Decodes; transparency is blended on white, 16 bits are rounded to 8. Throws
  /// ``DataError/badImage(path:reason:)``.
  init(bytes: [UInt8], path: String) throws {
    let channels = try Self.size(of: bytes, path: path).channels
    var header = cpng_header()
    var decoded: UnsafeMutablePointer<UInt8>?
    try Self.check(path) { message, size in
      cpng_decode(
        bytes, bytes.count, UInt32(channels), Self.pixelLimit, &decoded, &header, message, size)
    }
    defer { cpng_free(decoded) }
    width = Int(header.width)
    height = Int(header.height)
    self.channels = channels
    pixels = Array(UnsafeBufferPointer(start: decoded, count: width * height * channels))
  }

  /// Width, height and channels (1 or 3) from the header.
  static func size(
    of bytes: [UInt8], path: String
  ) throws -> (width: Int, height: Int, channels: Int) {
    var header = cpng_header()
    try check(path) { message, size in
      cpng_read_header(bytes, bytes.count, &header, message, size)
    }
    return (Int(header.width), Int(header.height), header.channels <= 2 ? 1 : 3)
  }

  /// Intensities 0…1 as `[channels, height, width]`.
  var planes: [Float] {
    let values = PixelScale.intensities(of: pixels[...])
    guard channels > 1 else { return values }
    let area = width * height
    return (0..<channels * area).map { values[$0 % area * channels + $0 / area] }
  }

  private static func check(
    _ path: String, _ call: (UnsafeMutablePointer<CChar>?, Int) -> Int32
  ) throws {
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_SIZE))
    let status = message.withUnsafeMutableBufferPointer { call($0.baseAddress, $0.count) }
    guard status != Int32(CPNG_OK) else { return }
    let words = String(
      decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let reason =
      switch status {
      case Int32(CPNG_NOT_PNG): "it is not a PNG file"
      case Int32(CPNG_TOO_LARGE): "it has more than \(pixelLimit) pixels"
      case Int32(CPNG_NO_MEMORY): "there is not enough memory for it"
      default: "it cannot be decoded (\(words))"
      }
    throw DataError.badImage(path: path, reason: reason)
  }
}
