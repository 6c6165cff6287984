import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Watching the prose of a notebook")
struct WatchProseTests {
  /// What `l` is turns out when the cell has run. `x` has another value above the second cell than at the end.
  private static func text(_ value: String, last: String = "c = gate \"c\"") -> String {
    """
    Above.

    ```mim
    #| label: one
    a = gate "a"
    for k in 1..30 { l = [1.25, k] }
    x = 41
    ```

    Between `{mim} \(value)`.

    ```mim
    #| label: two
    #| cache: off
    x = x + 1
    b = gate "b"
    ```

    ```mim
    #| label: three
    \(last)
    ```

    """
  }

  private func report(_ watched: Watched) -> String {
    ((try? watched.folder.text("out/report.md")) ?? "")
      + ((try? watched.folder.text("out/report.html")) ?? "")
  }

  /// Waits until both files hold a text and neither holds the others; they are written one after the other.
  private func waits(
    _ watched: Watched, for text: String, without others: String = "did not finish cleanly"
  ) -> Bool {
    watched.wait {
      ["md", "html"].allSatisfy {
        guard let file = try? watched.folder.text("out/report.\($0)") else { return false }
        return file.contains(text) && !file.contains(others)
      }
    }
  }

  /// What run.json says of how the run ended.
  private func exit(_ watched: Watched) -> Int? {
    let text = (try? watched.folder.text("out/run.json")) ?? ""
    let record = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return record?["exit"] as? Int
  }

  private func start(_ text: String, in folder: TemporaryFolder? = nil) throws -> Watched {
    let watched = try Watched(text, in: folder)
    for gate in ["a", "b", "c"] { try watched.open(gate) }
    return watched
  }

  @Test(
    "a mistake in a value of the prose is gone once it is mended, from the page and from the files; nothing runs"
  )
  func mended() throws {
    let watched = try start(Self.text("x %.1f"))
    #expect(watched.wait { watched.isFresh && report(watched).contains("Between 41.0") })
    try watched.save(Self.text("l.nothing"))
    #expect(watched.wait { watched.body.contains("did not finish cleanly") })
    #expect(watched.wait { report(watched).contains("did not finish cleanly") })
    #expect(watched.wait { exit(watched) == 1 })
    #expect(watched.wait { watched.output.codes == ["E108"] })
    try watched.save(Self.text("x %.1f"))
    #expect(watched.wait { watched.body.contains("Between 41.0") })
    #expect(!watched.body.contains("did not finish cleanly"))
    #expect(waits(watched, for: "Between 41.0"))
    #expect(!report(watched).contains("not run"))
    #expect(watched.wait { exit(watched) == 0 })
    #expect(
      watched.wait {
        watched.output.error.last?.hasSuffix("no mistakes, nothing had to run") == true
      })
    #expect(["a", "b", "c"].map(watched.runs) == [1, 1, 1])
    #expect(watched.end() == .interrupted)
  }

  @Test("the same where the mistake was there from the start")
  func fromTheStart() throws {
    let watched = try start(Self.text("l.nothing"))
    #expect(watched.wait { watched.isFresh && report(watched).contains("l.nothing: not run") })
    try watched.save(Self.text("x"))
    #expect(waits(watched, for: "Between 41."))
    try watched.save(Self.text("l.nothing"))
    #expect(watched.wait { report(watched).contains("l.nothing: not run") })
    // Without the value there is nothing wrong either.
    try watched.save(Self.text("x").replacingOccurrences(of: "`{mim} x`", with: "nothing"))
    #expect(waits(watched, for: "Between nothing"))
    #expect(["a", "b", "c"].map(watched.runs) == [1, 1, 1])
    _ = watched.end()
  }

  @Test(
    "below a cell that failed prose gets values of the cells above it, and the cell doesn't run again"
  )
  func belowFailure() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("", to: "c.fail")
    let watched = try start(Self.text("a"), in: folder)
    #expect(watched.wait { watched.cells["three"] == "failed" && !watched.isBusy })
    try watched.save(Self.text("x %.2f"))
    // The cell's own failure stays.
    #expect(waits(watched, for: "Between 41.00", without: "not run"))
    #expect(report(watched).contains("the gate is broken"))
    try watched.save(Self.text("l.nothing"))
    #expect(watched.wait { report(watched).contains("l.nothing: not run") })
    try watched.save(Self.text("x %.3f"))
    #expect(waits(watched, for: "Between 41.000", without: "l.nothing"))
    #expect(watched.runs("c") == 1)
    #expect(watched.wait { exit(watched) == 1 })
    _ = watched.end()
  }
}
