import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Files of earlier runs")
struct OutdatedFileTests {
  private static func text(_ label: String, more: String = "") -> String {
    """
    ```mim
    #| label: data
    toy = load toy "4" n=60 seed=1
    ```

    ```mim
    #| label: \(label)
    plot toy.test
    toy
    \(more)
    ```

    """
  }

  private func files(_ run: CachedRun) -> [String] { run.record["files"] as? [String] ?? [] }

  private func earlier(_ run: CachedRun) -> [String] {
    (run.record["earlier"] as? [[String: Any]] ?? []).compactMap { $0["path"] as? String }
  }

  private func isThere(_ name: String, _ folder: TemporaryFolder) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder.path)/\(name)")
  }

  @Test(
    "figures and tables that no cell makes any more are removed, and that is said; found cells keep theirs"
  )
  func removed() throws {
    let folder = try TemporaryFolder()
    let first = try CachedRun(Self.text("old"), in: folder)
    #expect(files(first).contains("figures/old.png"))
    let again = try CachedRun(Self.text("old"), in: folder)
    #expect(again.results == first.results && isThere("out/figures/old.png", folder))
    let second = try CachedRun(Self.text("new"), in: folder)
    #expect(second.code == .ok)
    #expect(files(second).contains("figures/new.png") && earlier(second).isEmpty)
    #expect(!files(second).contains { $0.contains("old") })
    #expect(!folder.names().contains { $0.contains("old") })
    #expect(
      second.output.error.count { $0.contains("removed") && $0.contains("figures/old.png") } == 1)
    #expect(try folder.text("out/log.txt").contains("figures/old.png"))
    // Without any table or figure their folders go as well.
    let none = try CachedRun("Only text.\n", in: folder)
    #expect(none.code == .ok && !isThere("out/figures", folder) && !isThere("out/tables", folder))
  }

  @Test("what somebody has changed stays, and so does what a cell saved under its own name")
  func others() throws {
    let folder = try TemporaryFolder()
    _ = try CachedRun(Self.text("old", more: "save toy.test \"points.csv\""), in: folder)
    _ = try folder.write("mine", to: "out/figures/old.png")
    _ = try folder.write("mine", to: "out/figures/notes.txt")
    let run = try CachedRun(Self.text("new"), in: folder)
    #expect(run.code == .ok)
    #expect(try folder.text("out/figures/old.png") == "mine")
    #expect(isThere("out/points.csv", folder) && isThere("out/figures/notes.txt", folder))
    #expect(earlier(run).contains("figures/old.png") && earlier(run).contains("points.csv"))
    #expect(!files(run).contains("points.csv") && !earlier(run).contains("figures/notes.txt"))
    // A later run may still write there.
    #expect(
      try CachedRun(Self.text("old", more: "save toy.test \"points.csv\""), in: folder).code == .ok)
  }

  @Test(
    "a run of a part, a quick one, one that fails and one with cells that don't run remove nothing; the next whole one does",
    arguments: ["only", "until", "from", "quick", "fails", "skips"])
  func parts(kind: String) throws {
    let folder = try TemporaryFolder()
    _ = try CachedRun(Self.text("old"), in: folder)
    var text = Self.text("new")
    if kind == "fails" { text += "```mim\ntake(toy.test, 5000)\n```\n" }
    if kind == "skips" { text += "```mim\n#| run: false\n1\n```\n" }
    let run = try CachedRun(text, in: folder) { options in
      switch kind {
      case "only": options.only = "data"
      case "until": options.until = "data"
      case "from": options.from = "new"
      case "quick": options.quick = true
      default: break
      }
    }
    #expect((run.code == .ok) == (kind != "fails"))
    #expect(isThere("out/figures/old.png", folder))
    #expect(earlier(run).contains("figures/old.png") && !files(run).contains("figures/old.png"))
    #expect(try CachedRun(Self.text("new"), in: folder).code == .ok)
    #expect(!isThere("out/figures/old.png", folder))
  }

  @Test("two notebooks in one folder leave each other's files alone, and replace their own")
  func twoNotebooks() throws {
    let folder = try TemporaryFolder()
    _ = try CachedRun(Self.text("a"), in: folder, name: "a.mimnb")
    _ = try CachedRun(Self.text("b"), in: folder, name: "b.mimnb")
    let run = try CachedRun(Self.text("b2"), in: folder, name: "b.mimnb")
    #expect(run.code == .ok && earlier(run).contains("figures/a.png"))
    #expect(isThere("out/figures/a.png", folder) && !isThere("out/figures/b.png", folder))
    let changed = Self.text("a").replacingOccurrences(of: "seed=1", with: "seed=2")
    #expect(try CachedRun(changed, in: folder, name: "a.mimnb").code == .ok)
    #expect(try CachedRun(Self.text("a2"), in: folder, name: "a.mimnb").code == .ok)
    #expect(!isThere("out/figures/a.png", folder) && isThere("out/figures/b2.png", folder))
  }

  @Test("a run.json that names files elsewhere, links or the run's own files removes nothing")
  func hostile() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("", to: "victim.txt")
    _ = try folder.write("", to: "out/plain.txt")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/out/link.txt", withDestinationPath: "../victim.txt")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/out/up", withDestinationPath: "..")
    // SHA-256 of nothing.
    let sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    let names = [
      "../victim.txt", "link.txt", "up/victim.txt", "/etc/hostname", "report.md", "a/../plain.txt",
      "plain.txt",
    ]
    let entries = names.map {
      "{\"path\": \"\($0)\", \"notebook\": \"\(folder.path)/note.mimnb\", \"sha256\": \"\(sum)\"}"
    }
    _ = try folder.write(
      "{\"files\": [\"report.md\", \"report.html\", \"log.txt\"], \"earlier\": [\(entries.joined(separator: ","))]}",
      to: "out/run.json")
    #expect(try CachedRun("Text.\n", in: folder).code == .ok)
    #expect(isThere("victim.txt", folder) && isThere("out/report.md", folder))
    #expect(isThere("out/link.txt", folder) && isThere("out/up/victim.txt", folder))
    // That one is what it says.
    #expect(!isThere("out/plain.txt", folder))
  }
}
