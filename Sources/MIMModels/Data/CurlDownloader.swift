/// Downloads with the `curl` program, which Debian and macOS have, under a time limit.
public struct CurlDownloader: Downloader {
  /// Seconds after which a download is given up.
  public let timeLimit: Int

  /// Makes a downloader.
  public init(timeLimit: Int = 600) { self.timeLimit = timeLimit }

  /// Runs curl.
  public func download(_ address: String, to path: String) throws {
    throw DataError.download(address: address, reason: "not yet")
  }
}
