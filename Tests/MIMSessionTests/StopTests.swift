import Foundation
import MIMScript
import MIMSession
import Testing

/// Long work that the user stops: it ends in the middle and gives nothing, or what was finished.
@Suite("stopping long work")
struct StopTests {
  @Test(
    "searches, samples and loading end in the middle",
    arguments: [
      "x = neighbors toy.train k=100", "x = sample m0 300000", "x = encode m0 toy.train",
      "x = load \"FOLDER/long.csv\"",
    ])
  func stops(_ statement: String) throws {
    let folder = try TemporaryFolder()
    let line = (0..<12).map { "\($0).25" }.joined(separator: ",") + "\n"
    _ = try folder.write(String(repeating: line, count: 800_000), to: "long.csv")
    let output = CollectedOutput()
    let interruption = Interruption()
    let session = Session(output: output, interruption: interruption)
    session.evaluate(
      Source(
        name: "test.mim",
        text: "toy = load toy \"4\" n=400000\nm0 = model mim toy z=2 hidden=[300, 300]"))
    #expect(output.codes == [])
    let thread = Thread {
      usleep(60_000)
      interruption.request()
    }
    thread.start()
    let outcome = session.evaluate(
      Source(name: "test.mim", text: statement.replacing("FOLDER", with: folder.path)))
    guard case .interrupted = outcome else {
      Issue.record("not interrupted: \(output.codes)")
      return
    }
    // Work that had gone on to its end would have bound the name.
    #expect(session.bindings["x"] == nil)
    #expect(output.error.contains { $0.contains("was stopped") })
  }
}
