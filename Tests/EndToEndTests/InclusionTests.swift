import Foundation
import Testing

@Suite("Run, then look")
struct InclusionProgramTests {
  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let notebook = "```mim\n#| label: one\na = 41\na\n```\n"
    try Data(notebook.utf8).write(to: folder.appendingPathComponent("n.mimnb"))
    try body(folder)
  }

  @Test("-i FILE shows what the file shows, and then has its names")
  func interactive() throws {
    try inFolder { folder in
      let result = try Program.run(["-i", "n.mimnb"], input: "a + 1\n", in: folder)
      #expect(result.exit == 0 && result.out == "41\n42\n", "\(result)")
      #expect(FileManager.default.fileExists(atPath: folder.path + "/out/n/report.html"))
      #expect(try Program.run(["-i"], in: folder).exit == 2)
      let other = try Program.run(["n.mimnb"], in: folder)
      #expect(other.exit == 2 && other.error.contains("mim-repl -i n.mimnb"))
    }
  }

  @Test("a script says where a picture went that it did not save")
  func picture() throws {
    try inFolder { folder in
      let result = try Program.run(["-c", "plot load(toy, \"4\", n=50)"], in: folder)
      let line = try #require(result.error.firstMatch(of: #/figure: (\S+\.png) /#))
      let bytes = try Data(contentsOf: URL(fileURLWithPath: String(line.output.1)))
      #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
      let saved = try Program.run(["-c", "plot load(toy, \"4\", n=50) save=\"x\""], in: folder)
      #expect(!saved.error.contains("figure:") && saved.error.contains("wrote x.png"))
    }
  }
}
