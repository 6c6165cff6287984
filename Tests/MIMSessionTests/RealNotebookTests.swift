import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("A notebook with the real verbs")
struct RealNotebookTests {
  private let text = """
    ---
    seed: 2
    params: {epochs: 30}
    ---
    ```mim
    #| label: fit
    toy = load toy "4"
    m = train(model(mim, toy, z=2, hidden=[5]), toy, epochs=epochs)
    s = evaluate m toy rmse
    s
    ```

    The error is `{mim} s.rmse %.3f`.

    ```mim
    #| label: codes
    z = encode m toy.test
    plot z color=label
    ```
    """

  private func run(
    _ text: String? = nil, in folder: TemporaryFolder, _ name: String
  ) throws -> (ExitCode, CollectedOutput) {
    let file = try folder.write(text ?? self.text, to: "real.mimnb")
    var options = RunOptions()
    options.outputFolder = folder.path + "/" + name
    options.quick = true
    options.threads = 1
    let output = CollectedOutput()
    let code = Commands.run(file, options: options, output: output, interruption: Interruption())
    return (code, output)
  }

  @Test("it trains, measures, draws and reports; the same seed gives the same numbers and pixels")
  func runs() throws {
    let folder = try TemporaryFolder()
    let (code, output) = try run(in: folder, "a")
    #expect(code == .ok, "\(output.error)")
    let report = try folder.text("a/report.md")
    #expect(report.contains("![") && report.contains("figures/codes.png"))
    #expect(report.contains(#/The error is \d+\.\d{3}\./#))
    let second = try run(in: folder, "b")
    #expect(second.0 == .ok)
    let pictures = ["a", "b"].map {
      FileManager.default.contents(atPath: folder.path + "/\($0)/figures/codes.png")
    }
    #expect(pictures[0] != nil && pictures[0] == pictures[1])
    let records = try ["a", "b"].map { name -> String in
      let text = try folder.text(name + "/run.json")
      return String(text.prefix(upTo: text.range(of: "\"timing\"")?.lowerBound ?? text.endIndex))
    }
    #expect(records[0] == records[1])
  }

  @Test("frames that were saved as an animation move in the report, and no other file is written")
  func animation() throws {
    let folder = try TemporaryFolder()
    let text = """
      ```mim
      toy = load toy "4" n=256
      m = train(model(mim, toy, hidden=[5]), toy, epochs=2, frames=1)
      plot m.frames view=xz save="figures/m.apng" dpi=40 width=2
      ```
      """
    let (code, output) = try run(text, in: folder, "a")
    #expect(code == .ok, "\(output.error)")
    #expect(folder.names("a/figures") == ["m.apng"])
    #expect(try folder.text("a/report.md").contains("(figures/m.apng)"))
    let file = try #require(
      FileManager.default.contents(atPath: folder.path + "/a/figures/m.apng"))
    #expect(file.range(of: Data("acTL".utf8)) != nil)
    let report = try folder.text("a/report.html")
    let shown = try #require(report.firstMatch(of: #/data:image\/png;base64,([^"]+)"/#)?.1)
    #expect(Data(base64Encoded: String(shown))?.range(of: Data("acTL".utf8)) != nil)
  }
}
