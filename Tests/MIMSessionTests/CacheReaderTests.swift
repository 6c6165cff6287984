import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("What reads a cell that the cache has, or has not")
struct CacheReaderTests {
  @Test("data that is loaded again for a cell that changed says nothing a second time")
  func notesOnce() throws {
    let folder = try TemporaryFolder()
    let text = """
      ```mim
      #| label: data
      p = load "\(folder.path)/p.csv" missing=drop split=[.8, .1, .1]
      ```

      ```mim
      #| label: read
      m = model vae p hidden=[3]
      ```

      """
    let lines = (1...40).map { "\($0 * $0 % 17),\($0 % 5)\n" }.joined()
    try (lines + "NA,1\n").write(toFile: folder.path + "/p.csv", atomically: true, encoding: .utf8)
    func notes(_ text: String) throws -> (ran: [String], count: Int) {
      let run = try CachedRun(text, in: folder)
      let report = try folder.text("out/report.md")
      return (run.ran, report.components(separatedBy: "left out").count - 1)
    }
    let first = try notes(text)
    #expect(first.count == 1)
    let again = try notes(text.replacingOccurrences(of: "hidden=[3]", with: "hidden=[4]"))
    #expect(again.ran == ["read"] && again.count == 1)
  }

  @Test("readers of a cell with cache: off are found after it has moved to another line")
  func moved() throws {
    let text = """
      ```mim
      #| label: one
      #| cache: off
      m = model mim load(toy, "4", n=128, seed=1) hidden=[3]
      ```

      ```mim
      #| label: two
      y = m.z
      ```

      """
    let folder = try TemporaryFolder()
    _ = try CachedRun(text, in: folder)
    #expect(try CachedRun("Prose above it.\n\n" + text, in: folder).ran == ["one"])
  }
}
