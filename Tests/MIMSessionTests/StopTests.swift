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
      "NAME = neighbors toy.train k=100", "NAME = sample m0 300000", "NAME = encode m0 toy.train",
      "NAME = load \"FOLDER/long.csv\"",
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
    // The request comes in the middle of the work where the machine lets it: a fast one may be done before, a busy one may not have begun.
    for attempt in 0..<20 {
      let longest = 100_000 * useconds_t(attempt)
      let delay = attempt == 0 ? 60_000 : useconds_t.random(in: 1000...longest)
      let thread = Thread {
        usleep(delay)
        interruption.request()
      }
      thread.start()
      let name = "x\(attempt)"
      let outcome = session.evaluate(
        Source(
          name: "test.mim",
          text: statement.replacing("NAME", with: name).replacing("FOLDER", with: folder.path)))
      guard case .interrupted = outcome else { continue }
      // Work that had gone on to its end would have bound the name.
      #expect(session.bindings[name] == nil)
      // Nothing is said where it had not begun.
      if output.error.contains(where: { $0.contains("was stopped") }) { return }
    }
    Issue.record("never interrupted: \(output.codes)")
  }
}
