import CPNG

/// PNG files with their resolution and recipe, through libpng.
enum PNGFile {
  /// The key of the text chunk with the recipe.
  static let recipeKey = "mim:recipe"

  /// Pixels as the bytes of a PNG; opaque pictures are stored without alpha unless `keepsAlpha`.
  ///
  /// - Throws: ``FigureError/png(_:)``.
  static func encode(
    _ pixels: FigurePixels, dpi: Double, recipe: String?, keepsAlpha: Bool = false
  ) throws -> [UInt8] {
    var out: UnsafeMutablePointer<UInt8>?
    var size = 0
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_SIZE))
    let channels = pixels.isOpaque && !keepsAlpha ? 3 : 4
    let bytes = channels == 3 ? pixels.rgb : pixels.rgba
    // NUL would end the text early in a C string.
    let text = recipe.map { $0.replacing("\0", with: "\u{FFFD}") }
    let status = withTextChunk(text) { keys, values, count in
      cpng_encode(
        bytes, UInt32(pixels.width), UInt32(pixels.height), UInt32(channels), dpi, keys, values,
        count, &out, &size, &message, message.count)
    }
    defer { cpng_free(out) }
    guard Int(status) == Int(CPNG_OK), let out else { throw FigureError.png(Self.text(message)) }
    return [UInt8](UnsafeBufferPointer(start: out, count: size))
  }

  private static func withTextChunk<Result>(
    _ recipe: String?,
    _ body: (
      UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<UnsafePointer<CChar>?>?, Int
    ) -> Result
  ) -> Result {
    guard let recipe else { return body(nil, nil, 0) }
    return recipeKey.withCString { key in
      recipe.withCString { value in
        withUnsafePointer(to: Optional(key)) { keys in
          withUnsafePointer(to: Optional(value)) { values in body(keys, values, 1) }
        }
      }
    }
  }

  /// All text chunks of a PNG.
  ///
  /// - Throws: ``FigureError/png(_:)``.
  static func text(in bytes: [UInt8]) throws -> [String: String] {
    var buffer: UnsafeMutablePointer<CChar>?
    var size = 0
    var count = 0
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_SIZE))
    let status = cpng_text(
      bytes, bytes.count, &buffer, &size, &count, &message, message.count)
    defer { cpng_free(buffer) }
    guard Int(status) == Int(CPNG_OK) else { throw FigureError.png(text(message)) }
    guard let buffer else { return [:] }
    let parts = UnsafeRawBufferPointer(start: buffer, count: size).split(
      separator: 0, omittingEmptySubsequences: false)
    var chunks: [String: String] = [:]
    for index in 0..<count where 2 * index + 1 < parts.count {
      let key = String(decoding: parts[2 * index], as: UTF8.self)
      chunks[key] = String(decoding: parts[2 * index + 1], as: UTF8.self)
    }
    return chunks
  }

  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

extension FigurePixels {
  /// Whether no pixel lets the background through.
  var isOpaque: Bool {
    stride(from: 3, to: rgba.count, by: 4).allSatisfy { rgba[$0] == 255 }
  }

  /// The pixels without alpha.
  var rgb: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 3 * width * height) { buffer, count in
      for pixel in 0..<width * height {
        for channel in 0..<3 { buffer[3 * pixel + channel] = rgba[4 * pixel + channel] }
      }
      count = 3 * width * height
    }
  }
}
