import Foundation
import MIMScript
import MIMSession
import Synchronization
import Testing

@Suite("Session")
struct SessionTests {
  private func session(_ output: CollectedOutput, _ interruption: Interruption = .init()) -> Session
  {
    Session(table: fakeTable, output: output, interruption: interruption)
  }

  private func source(_ text: String) -> Source { Source(name: "-c", text: text) }

  @Test("statements run in order, names stay, bare expressions show")
  func evaluates() {
    let output = CollectedOutput()
    let session = session(output)
    session.evaluate(source("x = 2\ny = x * 3; x\n"))
    session.evaluate(source("y"))
    #expect(output.out == ["2", "6"])
    #expect(session.bindings["y"] != nil)
  }

  @Test("a text with a mistake anywhere runs not at all")
  func checkedFirst() {
    let output = CollectedOutput()
    let session = session(output)
    guard case .failed(let error) = session.evaluate(source("x = 2\nx\ntrain epoch=3")) else {
      Issue.record("it ran")
      return
    }
    #expect(error.code == "E102")
    #expect(output.out.isEmpty)
    #expect(session.bindings["x"] == nil)
  }

  @Test("statements before a failing one keep their effect")
  func failureKeeps() {
    let output = CollectedOutput()
    let session = session(output)
    let outcome = session.evaluate(source("x = 2\nboom\ny = 3"))
    #expect(ExitCode(outcome) == .failure)
    #expect(session.bindings["x"] != nil)
    #expect(session.bindings["y"] == nil)
    #expect(output.codes == ["E410"])
  }

  @Test("the first interrupt keeps the partial result and skips the rest")
  func firstInterrupt() {
    let output = CollectedOutput()
    let interruption = Interruption()
    let session = session(output, interruption)
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.5) { interruption.request() }
    let outcome = session.evaluate(source("w = wait()\nx = 1"))
    #expect(ExitCode(outcome) == .interrupted)
    #expect(session.bindings["w"] != nil)
    #expect(session.bindings["x"] == nil)
    interruption.clear()
    #expect(ExitCode(session.evaluate(source("x = 1"))) == .ok)
  }

  @Test("a second interrupt within two seconds throws the work away")
  func secondInterrupt() {
    let output = CollectedOutput()
    let interruption = Interruption()
    let session = session(output, interruption)
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.5) {
      interruption.request()
      interruption.request()
    }
    let outcome = session.evaluate(source("w = wait()"))
    #expect(ExitCode(outcome) == .interrupted)
    #expect(session.bindings["w"] == nil)
    #expect(output.error == ["`wait` was stopped and its partial results were discarded"])
  }

  @Test("quit ends the input with exit 0")
  func quits() {
    let output = CollectedOutput()
    guard case .quit = session(output).evaluate(source("1\nquit\n2")) else {
      Issue.record("it went on")
      return
    }
    #expect(output.out == ["1"])
  }

  @Test("help, set and history answer")
  func sessionVerbs() {
    let output = CollectedOutput()
    let session = session(output)
    session.evaluate(source("help train"))
    #expect(output.out.contains { $0.contains("Pretend to train") })
    session.evaluate(source("set seed=14 threads=2 width=100"))
    #expect(session.context.settings.seed == 14)
    #expect(session.context.settings.threads == 2)
    session.evaluate(source("set"))
    #expect(output.out.contains("seed     14"))
    session.evaluate(source("for i in 1..2 {\n  i\n}"))
    session.evaluate(source("history n=2"))
    #expect(output.out.suffix(4) == ["3  set", "4  for i in 1..2 {", "     i", "   }"])
    session.evaluate(source("help nonsense"))
    #expect(output.codes == ["E111"])
  }

  @Test("the seed of the session moves the streams of random verbs")
  func seeds() {
    func seed(_ text: String) -> String? {
      let output = CollectedOutput()
      let session = session(output)
      session.evaluate(source(text))
      return session.bindings["m"].map { $0.json.text() }
    }
    #expect(seed("m = train()") == seed("m = train()"))
    #expect(seed("m = train()") != seed("set seed=2\nm = train()"))
  }

  @Test("plain output: JSON lines, and no progress before ten seconds")
  func plainOutput() {
    let out = Mutex<[String]>([])
    let error = Mutex<[String]>([])
    let streams = PlainOutput.Streams(
      out: { text in out.withLock { $0.append(text) } },
      error: { text in error.withLock { $0.append(text) } })
    let session = Session(table: fakeTable, output: PlainOutput(streams: streams, asJSON: true))
    session.evaluate(source("0.1 + 0.2\nmetrics\n\"a\\nb\"\nm = train epochs=3"))
    #expect(
      out.withLock { $0 } == [
        "0.30000000000000004\n",
        "[{\"model\":\"MIM\", \"mi\":6.25}, {\"model\":\"VAE | <b>\", \"mi\":1.5}]\n",
        "\"a\\nb\"\n",
      ])
    let output = PlainOutput(streams: streams)
    for step in 0..<100 {
      output.progress(ProgressUpdate(title: "t", done: Double(step), total: 100, detail: "d"))
    }
    #expect(error.withLock { $0 } == ["train · done\n"])
  }

  @Test("a saved file is kept unless force, or the same statement wrote it")
  func overwriting() throws {
    let folder = try TemporaryFolder()
    let output = CollectedOutput()
    let session = session(output)
    let path = folder.path + "/f"
    session.evaluate(source("picture save=\"\(path)\";"))
    session.evaluate(source("picture save=\"\(path)\";"))
    #expect(output.codes.isEmpty)
    session.evaluate(source("p = picture(save=\"\(path)\")"))
    #expect(output.codes == ["E502"])
    session.evaluate(source("save \"\(path).png\""))
    #expect(output.codes == ["E502", "E502"])
    session.evaluate(source("save \"\(path).png\" force=true"))
    #expect(try folder.text("f.png") == "text")
  }
}
