import Foundation

/// Downloads with the `curl` program, which Debian and macOS have, under a time limit.
public struct CurlDownloader: Downloader {
  /// Seconds after which a download is given up.
  public let timeLimit: Int

  /// `timeLimit` in seconds, at least 1.
  public init(timeLimit: Int = 900) { self.timeLimit = max(1, timeLimit) }

  /// Runs curl and waits for it. Throws ``DataError/download(address:reason:)`` with curl's own
  /// words when it fails.
  public func download(_ address: String, to path: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "curl", "--fail", "--location", "--silent", "--show-error", "--connect-timeout", "20",
      "--max-time", "\(timeLimit)", "--max-filesize", "\(1 << 30)", "--output", path, "--",
      address,
    ]
    let words = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = words
    do {
      try process.run()
    } catch {
      throw DataError.download(address: address, reason: "cannot start curl: \(error)")
    }
    let said = words.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw DataError.download(
        address: address, reason: Self.reason(said, status: process.terminationStatus))
    }
  }

  private static func reason(_ said: Data, status: Int32) -> String {
    if status == 127 { return "curl is not installed (sudo apt-get install curl)" }
    let words = String(decoding: said, as: UTF8.self)
      .split(whereSeparator: \.isNewline).joined(separator: " ")
    return words.isEmpty ? "curl ended with status \(status)" : words
  }
}
