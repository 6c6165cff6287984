import CCrypto

/// The hash SHA-256 (FIPS 180-4), computed over bytes as they come, by OpenSSL.
public struct SHA256: Sendable {
  /// A plain value: needs no memory of its own, and none of the calls on it can fail.
  private var state = SHA256_CTX()

  /// Starts a hash.
  public init() { SHA256_Init(&state) }

  /// The hash of `bytes` in lower-case hexadecimal.
  public static func hexadecimal(of bytes: [UInt8]) -> String {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update($0) }
    return hash.hexadecimal()
  }

  /// Takes in more bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard !bytes.isEmpty else { return }
    SHA256_Update(&state, bytes.baseAddress, bytes.count)
  }

  /// The hash of all bytes so far: 32 bytes.
  public func digest() -> [UInt8] {
    // What comes later goes on from here.
    var copy = state
    return [UInt8](unsafeUninitializedCapacity: 32) { bytes, count in
      SHA256_Final(bytes.baseAddress, &copy)
      count = 32
    }
  }

  /// The hash of all bytes so far in lower-case hexadecimal (64 characters).
  public func hexadecimal() -> String {
    let digits = Array("0123456789abcdef".utf8)
    let bytes = digest()
    return String(unsafeUninitializedCapacity: 64) { text in
      for (place, byte) in bytes.enumerated() {
        text[2 * place] = digits[Int(byte >> 4)]
        text[2 * place + 1] = digits[Int(byte & 15)]
      }
      return 2 * bytes.count
    }
  }
}
