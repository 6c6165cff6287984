import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Two watchers")
struct WatchLockTests {
  private static let text = "```mim\n#| label: one\na = gate \"a\"\n```\n"

  @Test(
    "the second watcher of a folder is refused, with the place of the first; after its end another may"
  )
  func second() throws {
    let first = try Watched(Self.text)
    try first.open("a")
    #expect(first.wait { first.isFresh })
    let second = try Watched(Self.text, in: first.folder)
    #expect(second.wait { second.exit == .usage })
    let said = second.output.error.joined()
    let process = ProcessInfo.processInfo.processIdentifier
    #expect(said.contains("process \(process), at http://127.0.0.1:8765/…"))
    #expect(said.contains("Ctrl-C") && said.contains("-o"))
    #expect(first.exit == nil && first.runs("a") == 1)
    #expect(first.end() == .interrupted)
    #expect(!first.folder.names().contains("out/watch.lock"))
    let third = try Watched(Self.text, in: first.folder)
    #expect(third.wait { third.isFresh })
    #expect(third.end() == .interrupted)
  }

  @Test(
    "what a killed watcher leaves stands in nobody's way and goes; a file of the user's with that name stays",
    arguments: ["mim-repl process 99999999 8750", "", "my notes"])
  func leftover(contents: String) throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(contents, to: "out/watch.lock")
    let watched = try Watched(Self.text, in: folder)
    try watched.open("a")
    #expect(watched.wait { watched.isFresh })
    #expect(watched.end() == .interrupted)
    let left = try? folder.text("out/watch.lock")
    #expect(left == (contents == "my notes" ? contents : nil))
  }

  @Test(
    "a table is no notebook: watch, run and check refuse it and say so",
    arguments: ["t.csv", "t.npy"])
  func table(name: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(name == "t.csv" ? "a,b\n1,2\n" : "\u{93}NUMPY\u{1}\0", to: name)
    for command in ["watch", "run", "check"] {
      let output = CollectedOutput()
      var options = RunOptions()
      options.outputFolder = folder.path + "/out"
      let interruption = Interruption()
      let code =
        switch command {
        case "watch":
          Commands.watch(path, options: options, output: output, interruption: interruption) { _ in
            interruption.request(.user)
          }
        case "run":
          Commands.run(path, options: options, output: output, interruption: interruption)
        default: Commands.check(path, output: output)
        }
      #expect(code == .usage && output.error.joined().contains("is not a notebook"))
    }
    #expect(folder.names() == [name])
  }
}
