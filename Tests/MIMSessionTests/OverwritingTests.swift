import MIMSession
import Testing

@Suite("Files that two cells write")
struct OverwritingTests {
  private func notebook(_ option: String = "", name: String = "x.csv") -> String {
    """
    ```mim
    #| label: a
    for i in 1..2 { save [1, i] "x.csv" force=true }
    plot [1, 2, 3] save="p.png"
    ```

    ```mim
    #| label: b
    save [3, 4] "\(name)"\(option)
    ```

    """
  }

  @Test("a cell doesn't overwrite what another one of the same run wrote, unless it says so")
  func otherCell() throws {
    let folder = try TemporaryFolder()
    let refused = try CachedRun(notebook(), in: folder)
    #expect(refused.output.codes == ["E502"])
    #expect(refused.output.error.joined().contains("was written by the cell `a` of this run"))
    #expect(try CachedRun(notebook(" force=true"), in: folder).code == .ok)
    #expect(try CachedRun(notebook(name: "y.csv"), in: folder).code == .ok)
    // A second run replaces what the first one wrote, as its own; with cell a from the cache, b is refused as well.
    #expect(try CachedRun(notebook(name: "y.csv"), in: folder).code == .ok)
    #expect(try CachedRun(notebook(), in: folder).output.codes == ["E502"])
  }
}
