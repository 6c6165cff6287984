import Foundation
import MIMTensor

/// Where data is looked for and how it is fetched; tests hand in their own.
public struct DataEnvironment: Sendable {
  /// Environment variables: `MIM_DATA`, `XDG_DATA_HOME`, `HOME`.
  public let variables: [String: String]
  /// The last folder searched, where Debian packages put data sets.
  public let systemFolder: String
  /// What `fetch=true` downloads with.
  public let downloader: any Downloader

  /// Makes an environment.
  public init(
    variables: [String: String], systemFolder: String = "/usr/share/datasets",
    downloader: any Downloader = CurlDownloader()
  ) {
    self.variables = variables
    self.systemFolder = systemFolder
    self.downloader = downloader
  }

  /// This process's environment, with curl.
  public static var process: DataEnvironment {
    DataEnvironment(variables: ProcessInfo.processInfo.environment)
  }
}

/// Fetches one file from the network (or, in tests, from elsewhere).
public protocol Downloader: Sendable {
  /// Writes what `address` gives to `path`, which does not exist yet. Throws when it cannot; what
  /// it may have left at `path` is removed by the caller.
  func download(_ address: String, to path: String) throws
}
