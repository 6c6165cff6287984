import Foundation
import MIMFormats
import MIMModels
import MIMTensor
import Testing

/// Serves the files of a folder instead of the network's; addresses it does not know fail.
private struct FolderDownloader: Downloader {
  let folder: String
  let mirror: String

  func download(_ address: String, to path: String) throws {
    guard address.hasPrefix(mirror) else {
      try AtomicFile.write("half a fi", to: path)
      throw DataError.download(address: address, reason: "connection lost")
    }
    let name = address.dropFirst(mirror.count)
    try AtomicFile.write(FileReader.bytes(of: "\(folder)/\(name)"), to: path)
  }
}

@Suite("fetching")
struct DataFetchTests {
  private static func archive(_ hashes: [String: String] = [:]) throws -> ImageArchive {
    func part(_ name: String) throws -> ImageArchive.Part {
      let packed = try FileReader.bytes(of: DataFixtures.path("mnist/\(name).gz"))
      let hash = SHA256.hexadecimal(of: try Gzip.decompress(packed, path: name))
      return ImageArchive.Part(name: name, contentSHA256: hashes[name] ?? hash)
    }
    return ImageArchive(
      name: "small", folders: ["small"], classNames: (0...9).map(String.init),
      mirrors: ["http://dead.example/", "http://good.example/"], debianPackage: nil,
      trainImages: try part("train-images-idx3-ubyte"),
      trainLabels: try part("train-labels-idx1-ubyte"),
      testImages: try part("t10k-images-idx3-ubyte"),
      testLabels: try part("t10k-labels-idx1-ubyte"))
  }

  private static func request(home: String, fetch: Bool = true) -> DataRequest {
    var options = DataOptions()
    options.fetch = fetch
    return DataRequest(
      "small", options: options,
      environment: DataFixtures.environment(
        home: home,
        downloader: FolderDownloader(
          folder: DataFixtures.path("mnist"), mirror: "http://good.example/")))
  }

  @Test("a second mirror is tried, files land in the data folder, and are found without fetch")
  func fetching() throws {
    try DataFixtures.withFolder { home in
      let data = try Self.archive().load(Self.request(home: home))
      #expect(data.splits.map(\.count) == [50, 10, 20])
      let folder = "\(home)/.local/share/mim-repl/small"
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names.count == 4 && names.allSatisfy { $0.hasSuffix("-ubyte.gz") })
      let again = try Self.archive().load(Self.request(home: home, fetch: false))
      #expect(again.train.items == data.train.items)
    }
  }

  @Test("nothing is downloaded unasked")
  func unasked() throws {
    try DataFixtures.withFolder { home in
      #expect {
        try Self.archive().load(Self.request(home: home, fetch: false))
      } throws: {
        ($0 as? DataError)?.isMissingData == true
      }
      let written = try FileManager.default.contentsOfDirectory(atPath: home)
      #expect(written.isEmpty)
    }
  }

  @Test("a file with another hash is refused and not kept")
  func wrongHash() throws {
    try DataFixtures.withFolder { home in
      let wrong = String(repeating: "0", count: 64)
      let archive = try Self.archive(["train-labels-idx1-ubyte": wrong])
      #expect {
        try archive.load(Self.request(home: home))
      } throws: { error in
        guard case .checksum(_, wrong, _) = error as? DataError else { return false }
        return true
      }
      let names = try FileManager.default.contentsOfDirectory(
        atPath: "\(home)/.local/share/mim-repl/small")
      #expect(names == ["train-images-idx3-ubyte.gz"])
    }
  }

  @Test("curl copies a file, and its refusal is told in its words")
  func curl() throws {
    try DataFixtures.withFolder { folder in
      let source = DataFixtures.path("golden.json")
      try CurlDownloader().download(
        URL(fileURLWithPath: source).absoluteString, to: "\(folder)/copy")
      #expect(try FileReader.bytes(of: "\(folder)/copy") == FileReader.bytes(of: source))
      #expect {
        try CurlDownloader().download("file:///no/such/file", to: "\(folder)/none")
      } throws: { error in
        guard case .download(_, let reason) = error as? DataError else { return false }
        return reason.contains("curl")
      }
    }
  }
}
