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
  /// The most bytes that the numbers of one data set may take, 4 bytes each.
  public let largestDataSize: Int

  /// `variables` as a process has them: MIM_DATA, XDG_DATA_HOME and HOME are read.
  public init(
    variables: [String: String], systemFolder: String = "/usr/share/datasets",
    downloader: any Downloader = CurlDownloader(),
    largestDataSize: Int = DataEnvironment.shareOfMemory
  ) {
    self.variables = variables
    self.systemFolder = systemFolder
    self.downloader = downloader
    self.largestDataSize = largestDataSize
  }

  /// This process's environment, with curl.
  public static var process: DataEnvironment {
    DataEnvironment(variables: ProcessInfo.processInfo.environment)
  }

  /// A quarter of this machine's memory, at most 16 GiB: while a file is read, its bytes, its
  /// numbers and its splits are in memory together.
  public static var shareOfMemory: Int {
    Int(min(ProcessInfo.processInfo.physicalMemory / 4, 16 << 30))
  }

  /// Throws ``DataError/tooLarge(path:bytes:limit:)``, which names the largest, when arrays that
  /// headers announce take too much memory together.
  func checkSize(of arrays: [(path: String, shape: Shape)]) throws {
    let sizes = arrays.map { array in
      let (size, overflow) = array.shape.count.multipliedReportingOverflow(
        by: MemoryLayout<Float>.size)
      return (path: array.path, bytes: overflow ? Int.max : size)
    }
    let total = sizes.reduce(0) { total, size in
      let (sum, overflow) = total.addingReportingOverflow(size.bytes)
      return overflow ? Int.max : sum
    }
    guard total > largestDataSize, let largest = sizes.max(by: { $0.bytes < $1.bytes }) else {
      return
    }
    throw DataError.tooLarge(path: largest.path, bytes: total, limit: largestDataSize)
  }
}

/// Fetches one file from the network (or, in tests, from elsewhere).
public protocol Downloader: Sendable {
  /// Writes what `address` gives to `path`, which does not exist yet. Throws when it cannot; what
  /// it may have left at `path` is removed by the caller.
  func download(_ address: String, to path: String) throws
}
