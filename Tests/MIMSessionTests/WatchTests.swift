import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Watching a notebook")
struct WatchTests {
  private static let text = """
    Prose before.

    ```mim
    #| label: one
    a = gate "a"
    ```

    ```mim
    #| label: two
    b = (a + 1)
    b
    ```

    ```mim
    #| label: three
    c = gate "c"
    ```

    """

  @Test("a save runs what changed, and nothing else; prose runs nothing and writes the report")
  func saves() throws {
    let watched = try Watched(Self.text)
    try watched.open("a")
    try watched.open("c")
    #expect(watched.wait { watched.isFresh })
    let edited = Self.text.replacingOccurrences(of: "(a + 1)", with: "(a + 41)")
    try watched.save(edited)
    #expect(watched.wait { watched.body.contains(">42<") && !watched.isBusy })
    try watched.save(edited.replacingOccurrences(of: "Prose before", with: "Other prose"))
    #expect(watched.wait { watched.body.contains("Other prose") })
    #expect(
      watched.wait {
        (try? watched.folder.text("out/report.html"))?.contains("Other prose") == true
      })
    #expect(watched.runs("a") == 1 && watched.runs("c") == 1)
    #expect(try !watched.folder.text("out/report.html").contains("<script"))
    #expect(watched.output.error.filter { $0.contains("cells ran") }.count == 2)
    #expect(watched.end() == .interrupted)
  }

  @Test("a save during a run: a running cell that is still asked for goes on")
  func goesOn() throws {
    let watched = try Watched(Self.text)
    #expect(watched.wait { watched.runs("a") == 1 && watched.cells["one"] == "running" })
    try watched.save(Self.text.replacingOccurrences(of: "(a + 1)", with: "(a + 41)"))
    #expect(watched.wait { watched.body.contains("+ <span class=\\\"number\\\">41") })
    #expect(watched.cells["one"] == "running" && watched.cells["two"] == "stale")
    try watched.open("a")
    try watched.open("c")
    #expect(watched.wait { watched.body.contains(">42<") && !watched.isBusy })
    #expect(watched.runs("a") == 1 && watched.runs("c") == 1)
    _ = watched.end()
  }

  @Test("a save during a run: a running cell that nobody asks for any more stops, without a word")
  func stops() throws {
    let watched = try Watched(Self.text)
    #expect(watched.wait { watched.runs("a") == 1 })
    try watched.open("c")
    try watched.save(Self.text.replacingOccurrences(of: "gate \"a\"", with: "1"))
    #expect(watched.wait { watched.isFresh })
    #expect(watched.runs("a") == 1 && watched.runs("c") == 1 && watched.output.errors.isEmpty)
    _ = watched.end()
  }

  @Test(
    "mistakes in the saved file are shown with a caret, keep the last results, and stop nothing")
  func mistakes() throws {
    let watched = try Watched(Self.text)
    #expect(watched.wait { watched.runs("a") == 1 })
    try watched.save(Self.text.replacingOccurrences(of: "(a + 1)", with: "(a + "))
    #expect(
      watched.wait { watched.problem.contains("^") && watched.problem.contains("note.mimnb") })
    #expect(watched.cells["one"] == "running" && watched.body.contains("Prose before"))
    try watched.open("a")
    try watched.open("c")
    #expect(watched.wait { watched.cells["three"] == "fresh" && !watched.isBusy })
    try watched.save(Self.text)
    #expect(watched.wait { watched.problem.isEmpty })
    // The terminal's last line says when, too.
    #expect(
      watched.wait {
        watched.output.error.last?.contains(/^\d\d:\d\d:\d\d  no mistakes, nothing had to run$/)
          == true
      })
    #expect(watched.runs("a") == 1)
    _ = watched.end()
  }

  @Test("a deleted notebook is waited for")
  func deleted() throws {
    let watched = try Watched(Self.text)
    try watched.open("a")
    try watched.open("c")
    #expect(watched.wait { watched.cells["three"] == "fresh" && !watched.isBusy })
    try FileManager.default.removeItem(atPath: watched.folder.path + "/note.mimnb")
    #expect(watched.wait { watched.notice.contains("waiting for it") })
    #expect(watched.body.contains("Prose before"))
    try watched.save(Self.text.replacingOccurrences(of: "Prose before", with: "Back again"))
    #expect(watched.wait { watched.notice.isEmpty && watched.body.contains("Back again") })
    #expect(
      watched.output.error.last?.contains(/^\d\d:\d\d:\d\d  .*note.mimnb is back$/) == true)
    #expect(watched.runs("a") == 1)
    _ = watched.end()
  }

  @Test("a failed cell is shown with its error, and runs again when the file is saved once more")
  func failed() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("", to: "a.fail")
    let watched = try Watched(Self.text, in: folder)
    #expect(watched.wait { watched.cells["one"] == "failed" && !watched.isBusy })
    #expect(watched.body.contains("the gate is broken") && watched.cells["three"] == "not-run")
    try FileManager.default.removeItem(atPath: folder.path + "/a.fail")
    try watched.open("a")
    try watched.open("c")
    // Prose does not try again; a save without an edit does.
    let edited = Self.text.replacingOccurrences(of: "Prose before", with: "Other prose")
    try watched.save(edited)
    #expect(watched.wait { watched.body.contains("Other prose") })
    #expect(watched.runs("a") == 1)
    try watched.save(edited)
    #expect(watched.wait { watched.isFresh })
    #expect(watched.runs("a") == 2)
    _ = watched.end()
  }

  @Test(
    "stop keeps the partial model; the cells below run with it when asked to, and it is never kept")
  func partial() throws {
    let text = """
      ```mim
      #| label: fit
      toy = load toy "4" n=256 seed=1
      m = train(model(mim, toy, z=2, hidden=[5]), toy, epochs=1000000, patience=1000000)
      ```

      ```mim
      #| label: look
      show m
      ```

      """
    let watched = try Watched(text)
    #expect(watched.wait { watched.cells["fit"] == "running" })
    usleep(1_000_000)
    watched.ask(.stop)
    #expect(watched.wait { watched.cells["fit"] == "stopped" && !watched.isBusy })
    #expect(watched.cells["look"] == "not-run" || watched.cells["look"] == "stale")
    watched.ask(.goOn)
    #expect(watched.wait { watched.cells["look"] == "fresh" && !watched.isBusy })
    #expect(watched.cells["fit"] == "stopped")
    #expect(watched.body.contains("what follows stands on its partial results"))
    watched.ask(.runAgain)
    #expect(watched.wait { watched.cells["fit"] == "running" })
    #expect(watched.end() == .interrupted)
  }

  @Test(
    "stop after a save that let the training go on: it doesn't begin again, and the newer text goes on with the partial model"
  )
  func stopAfterSave() throws {
    func text(_ last: String) -> String {
      """
      ```mim
      #| label: fit
      toy = load toy "4" n=256 seed=1
      m = train(model(mim, toy, z=2, hidden=[5]), toy, epochs=1000000, patience=1000000)
      \(last)
      ```

      ```mim
      #| label: look
      show m
      ```

      """
    }
    let watched = try Watched(text("m.history"))
    #expect(watched.wait { watched.cells["fit"] == "running" })
    usleep(1_000_000)
    try watched.save(text("a = 6 * 7"))
    #expect(watched.wait { watched.body.contains("a = 6 * 7") || watched.body.contains(">6<") })
    #expect(watched.cells["fit"] == "running")
    watched.ask(.stop)
    #expect(watched.wait { watched.cells["fit"] == "stopped" && !watched.isBusy })
    usleep(300_000)
    #expect(watched.cells["fit"] == "stopped" && !watched.isBusy)
    watched.ask(.goOn)
    #expect(watched.wait { watched.cells["look"] == "fresh" && !watched.isBusy })
    #expect(watched.cells["fit"] == "stopped")
    #expect(watched.end() == .interrupted)
  }

  @Test("a file that a cell reads: when it changes, what reads it runs")
  func dataFile() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<30).map { "\($0),\($0 * 2)\n" }.joined()
    _ = try folder.write("a,b\n" + rows, to: "data.csv")
    let text = """
      ```mim
      #| label: data
      d = load "\(folder.path)/data.csv"
      show d
      ```

      ```mim
      #| label: other
      c = gate "c"
      ```

      """
    let watched = try Watched(text, in: folder)
    try watched.open("c")
    #expect(watched.wait { watched.isFresh })
    _ = try folder.write("a,b\n" + rows + rows, to: "data.csv")
    #expect(
      watched.wait {
        watched.isFresh && watched.output.error.contains { $0.contains("1 of 2 cells ran") }
      })
    #expect(watched.runs("c") == 1)
    _ = watched.end()
  }

  @Test("a file that made a cell fail, or was not there: when it is mended, the cell runs")
  func mendedDataFile() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<30).map { "\($0),\($0 * 2)\n" }.joined()
    _ = try folder.write("a,b\n" + rows + "oops,1\n", to: "data.csv")
    let text = """
      ```mim
      #| label: data
      d = load "\(folder.path)/data.csv"
      show d
      ```

      """
    let watched = try Watched(text, in: folder)
    #expect(watched.wait { watched.cells["data"] == "failed" && !watched.isBusy })
    _ = try folder.write("a,b\n" + rows, to: "data.csv")
    #expect(watched.wait { watched.isFresh })
    try FileManager.default.removeItem(atPath: folder.path + "/data.csv")
    #expect(watched.wait { watched.cells["data"] == "failed" && !watched.isBusy })
    _ = try folder.write("a,b\n" + rows + rows, to: "data.csv")
    #expect(watched.wait { watched.isFresh })
    _ = watched.end()
  }
}
