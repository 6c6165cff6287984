import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("The folder of kept results")
struct ResultStoreTests {
  private let text = """
    ```mim
    #| label: data
    toy = load toy "4" n=128 seed=1
    ```

    ```mim
    #| label: look
    plot toy
    toy.width
    ```

    """

  private func files(_ folder: TemporaryFolder) -> [String] {
    let root = folder.path + "/cache/results-1"
    return ((try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? [])
      .filter { $0.contains(".") }.map { "\(root)/\($0)" }.sorted()
  }

  @Test("a damaged file is not there: its statement runs, and the results are right")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let first = try CachedRun(text, in: folder)
    let paths = files(folder)
    #expect(paths.count > 3)
    for damage in [Data(), Data("rubbish".utf8)] {
      for path in paths { try damage.write(to: URL(fileURLWithPath: path)) }
      let second = try CachedRun(text, in: folder)
      #expect(second.code == .ok && second.ran == ["data", "look"])
      #expect(second.results == first.results)
      #expect(try CachedRun(text, in: folder).ran.isEmpty)
    }
    // One bit of each.
    for path in files(folder) {
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: URL(fileURLWithPath: path))
    }
    #expect(try CachedRun(text, in: folder).results == first.results)
  }

  @Test("any one file may be missing")
  func missing() throws {
    let folder = try TemporaryFolder()
    let first = try CachedRun(text, in: folder)
    for path in files(folder) {
      try FileManager.default.removeItem(atPath: path)
      let again = try CachedRun(text, in: folder)
      #expect(again.code == .ok && again.results == first.results, "\(path)")
    }
  }

  @Test("a place where nothing can be written gives one warning, and the run goes on")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("a file", to: "cache")
    let run = try CachedRun(text, in: folder)
    #expect(run.code == .ok && run.ran == ["data", "look"])
    #expect(run.output.error.count { $0.contains("warning: results are not kept") } == 1)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "a file")
  }

  @Test("files of another version and of other programs are left alone, also by clear")
  func foreign() throws {
    let folder = try TemporaryFolder()
    _ = try CachedRun(text, in: folder)
    let root = folder.path + "/cache"
    try FileManager.default.createDirectory(
      atPath: root + "/results-2/ab", withIntermediateDirectories: true)
    let others = ["results-2/ab/x.record", "results-1/notes.txt", "results-1/ab.txt"]
    for other in others {
      try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(root)/\(other)"))
    }
    let store = CachedRun.store(folder)
    #expect(store.clear() > 0)
    for other in others { #expect(FileManager.default.fileExists(atPath: "\(root)/\(other)")) }
    #expect(try CachedRun(text, in: folder).ran == ["data", "look"])
  }

  @Test("a folder that is a link to elsewhere is used, and clear removes results alone")
  func link() throws {
    let folder = try TemporaryFolder()
    let elsewhere = folder.path + "/elsewhere"
    try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
    _ = try folder.write("mine", to: "elsewhere/mine")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/cache", withDestinationPath: elsewhere)
    _ = try CachedRun(text, in: folder)
    #expect(try CachedRun(text, in: folder).ran.isEmpty)
    CachedRun.store(folder).clear()
    #expect(try folder.text("elsewhere/mine") == "mine")
    #expect(try CachedRun(text, in: folder).ran == ["data", "look"])
  }

  @Test("what was not used for longest goes first when the folder is full")
  func limit() throws {
    let folder = try TemporaryFolder()
    _ = try CachedRun(text, in: folder)
    let store = CachedRun.store(folder)
    let paths = files(folder)
    let (old, new) = (paths[0], paths[1])
    for (path, time) in [(old, 1000), (new, 4_000_000_000)] {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: Double(time))], ofItemAtPath: path)
    }
    let sizes = try paths.map {
      try FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int ?? 0
    }
    #expect(store.shrink(to: sizes.reduce(0, +) - 1) > 0)
    #expect(!FileManager.default.fileExists(atPath: old))
    #expect(FileManager.default.fileExists(atPath: new))
    // A run that keeps something stays within the size.
    let small = try CachedRun(text, in: folder) {
      $0.cache = ResultStore(path: store.path, limit: 2000)
    }
    #expect(small.code == .ok)
    let total = try files(folder).map {
      try FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int ?? 0
    }.reduce(0, +)
    #expect(total <= 2000)
  }

  @Test("sizes are read as people write them")
  func sizes() {
    #expect(ResultStore.bytes("5GB") == 5_000_000_000)
    #expect(ResultStore.bytes("1.5 mb") == 1_500_000)
    #expect(ResultStore.bytes("12345") == 12345)
    #expect(ResultStore.bytes("0") == 0)
    for wrong in ["", "GB", "-1GB", "5 apples", "nan", "1e9", "99999999999TB"] {
      #expect(ResultStore.bytes(wrong) == nil, "\(wrong)")
    }
  }

  @Test("the user's folder follows XDG_CACHE_HOME, then HOME; relative paths don't count")
  func place() throws {
    #expect(ResultStore.folder(["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c/mim-repl/results-1")
    #expect(
      ResultStore.folder(["XDG_CACHE_HOME": "c", "HOME": "/h"]) == "/h/.cache/mim-repl/results-1")
    #expect(ResultStore.folder([:]) == nil)
    #expect(try ResultStore.ofUser(["HOME": "/h", "MIM_CACHE_SIZE": "0"]) == nil)
    #expect(try ResultStore.ofUser(["HOME": "/h", "MIM_CACHE_SIZE": "7MB"])?.limit == 7_000_000)
    #expect(throws: ScriptError.self) {
      try ResultStore.ofUser(["HOME": "/h", "MIM_CACHE_SIZE": "much"])
    }
  }

  @Test("several runs at once use one folder")
  func together() async throws {
    let folder = try TemporaryFolder()
    let text = text
    let results = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<4 {
        group.addTask {
          let run = try CachedRun(
            text, in: folder, out: "out\(number)", name: "note\(number).mimnb")
          // Figures hold the notebook's name, so that their bytes differ.
          return run.results.replacingOccurrences(of: "note\(number)", with: "note")
            .replacing(/"files_sha256": \{[^}]*\}/, with: "")
        }
      }
      return try await group.reduce(into: [String]()) { $0.append($1) }
    }
    #expect(results.count == 4 && Set(results).count == 1)
  }
}
