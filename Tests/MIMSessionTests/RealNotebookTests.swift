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

  private func run(in folder: TemporaryFolder, _ name: String) throws -> (ExitCode, CollectedOutput)
  {
    let file = try folder.write(text, to: "real.mimnb")
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
}
