import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Links to the files of a run")
struct SavedFileLinkTests {
  private static func text(_ path: String, then last: String = "") -> String {
    """
    ```mim
    #| label: one
    toy = load toy "4" n=60 seed=1
    save toy.test "\(path)"
    \(last)
    ```

    """
  }

  @Test(
    "a file that a cell saved is a link in both reports, when it is found again too; names are escaped"
  )
  func links() throws {
    let folder = try TemporaryFolder()
    for _ in 1...2 {
      let run = try CachedRun(
        Self.text("tables/a \u{22}b#1?<i>.csv".replacingOccurrences(of: "\"", with: "'")),
        in: folder)
      #expect(run.code == .ok)
      let html = try folder.text("out/report.html")
      #expect(html.contains("<a href=\"./tables/a%20"))
      #expect(html.contains("%231%3F%3Ci%3E.csv\">wrote "))
      #expect(!html.contains("<i>.csv"))
      #expect(try folder.text("out/report.md").contains("](<./tables/a%20"))
    }
  }

  @Test("what lies outside of the output folder is no link")
  func outside() throws {
    let folder = try TemporaryFolder()
    let run = try CachedRun(Self.text("\(folder.path)/own.csv"), in: folder) {
      $0.allowWrite = [folder.path]
    }
    #expect(run.code == .ok)
    let html = try folder.text("out/report.html")
    #expect(html.contains("own.csv</p>") && !html.contains("<a href"))
  }

  @Test("the page of a watched notebook has the link, and the file")
  func watched() throws {
    let watched = try Watched(Self.text("map.csv"))
    #expect(watched.wait { watched.isFresh })
    #expect(watched.wait { watched.body.contains("<a href=\\\"./files/map.csv\\\">") })
    #expect(watched.file("map.csv")?.hasSuffix("/out/map.csv") == true)
    #expect(watched.file("report.html") == nil && watched.file("../note.mimnb") == nil)
    _ = watched.end()
  }
}
