import CCrypto

/// The hash SHA-256 (FIPS 180-4), computed over bytes as they come, by OpenSSL.
public struct SHA256: Sendable {
  private var state = State()

  /// Starts a hash.
  public init() {}

  /// The hash of `bytes` in lower-case hexadecimal.
  public static func hexadecimal(of bytes: [UInt8]) -> String {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update($0) }
    return hash.hexadecimal()
  }

  /// Takes in more bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard !bytes.isEmpty else { return }
    // Copies of a hash go their own ways.
    if !isKnownUniquelyReferenced(&state) { state = State(copying: state) }
    state.update(bytes)
  }

  /// The hash of all bytes so far: 32 bytes.
  public func digest() -> [UInt8] { State(copying: state).end() }

  /// The hash of all bytes so far in lower-case hexadecimal (64 characters).
  public func hexadecimal() -> String {
    let digits = Array("0123456789abcdef".utf8)
    let text = digest().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  /// A context of OpenSSL, which only `update` changes, and only where nobody else has it.
  private final class State: @unchecked Sendable {
    private let context: OpaquePointer

    init() {
      context = Self.checked(EVP_MD_CTX_new())
      Self.require(EVP_DigestInit_ex(context, EVP_sha256(), nil))
    }

    init(copying other: State) {
      context = Self.checked(EVP_MD_CTX_new())
      Self.require(EVP_MD_CTX_copy_ex(context, other.context))
    }

    deinit { EVP_MD_CTX_free(context) }

    func update(_ bytes: UnsafeRawBufferPointer) {
      Self.require(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
    }

    func end() -> [UInt8] {
      [UInt8](unsafeUninitializedCapacity: 32) { bytes, count in
        Self.require(EVP_DigestFinal_ex(context, bytes.baseAddress, nil))
        count = 32
      }
    }

    /// Fails only where memory is exhausted, as Swift's own allocations do.
    private static func checked(_ context: OpaquePointer?) -> OpaquePointer {
      guard let context else { fatalError("no memory for a hash") }
      return context
    }

    private static func require(_ result: Int32) {
      precondition(result == 1, "OpenSSL has no SHA-256, or no memory for it")
    }
  }
}
