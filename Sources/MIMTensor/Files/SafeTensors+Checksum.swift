import MIMFormats

/// Files of ours carry a checksum of themselves, which other programs read as one more text of the metadata.
extension SafeTensors {
  /// The metadata that holds the checksum: SHA-256 in hexadecimal over all bytes of the file, with zeros in place of these 64 digits.
  /// Metadata with this key, whatever its value, makes ``encoded()`` compute it.
  public static let checksumKey = "mim.checksum"
  static let noChecksum = String(repeating: "0", count: 64)

  /// The bytes of a file whose checksum is still zeros, with the checksum.
  static func withChecksum(_ bytes: [UInt8]) -> [UInt8] {
    guard let place = checksumPlace(bytes, headerEnd: bytes.count) else { return bytes }
    var result = bytes
    result.replaceSubrange(place, with: SHA256.hexadecimal(of: bytes).utf8)
    return result
  }

  /// Throws ``FileError/damaged(path:)`` where the bytes are not those that the checksum was computed of. A file without one passes.
  static func verify(_ bytes: [UInt8], _ header: SafeTensorsHeader, path: String) throws {
    guard let checksum = header.metadata[checksumKey] else { return }
    guard let place = checksumPlace(bytes, headerEnd: header.dataStart) else {
      throw FileError.damaged(path: path)
    }
    var hash = SHA256()
    bytes.withUnsafeBytes { all in
      hash.update(UnsafeRawBufferPointer(rebasing: all[..<place.lowerBound]))
      Array(noChecksum.utf8).withUnsafeBytes { hash.update($0) }
      hash.update(UnsafeRawBufferPointer(rebasing: all[place.upperBound...]))
    }
    guard hash.hexadecimal() == checksum else { throw FileError.damaged(path: path) }
  }

  /// Where the digits stand. Quotes inside of JSON's strings are escaped, so that nothing else looks like this member.
  private static func checksumPlace(_ bytes: [UInt8], headerEnd: Int) -> Range<Int>? {
    let mark = Array("\"\(checksumKey)\":\"".utf8)
    let last = headerEnd - mark.count - noChecksum.utf8.count
    guard last >= 8 else { return nil }
    for start in 8...last where bytes[start] == mark[0] {
      guard bytes[start..<start + mark.count].elementsEqual(mark) else { continue }
      return start + mark.count..<start + mark.count + noChecksum.utf8.count
    }
    return nil
  }
}
