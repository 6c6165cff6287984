import Foundation
import Testing

/// The prompt in a real terminal.
@Suite("Prompt", .serialized)
struct PromptTests {
  @Test("shows an expression, remembers `ans`, leaves with exit 0 on quit")
  func expression() throws {
    let terminal = try TmuxSession()
    try terminal.wait(for: "mim> ")
    try terminal.enter("6 * 7")
    try terminal.wait(for: "42")
    try terminal.enter("ans + 1")
    try terminal.wait(for: "43")
    try terminal.enter("quit")
    try terminal.wait(for: "exit=0")
  }

  @Test("asks for more lines while a bracket is open, and recalls the entry whole")
  func multipleLines() throws {
    let terminal = try TmuxSession()
    try terminal.wait(for: "mim> ")
    try terminal.enter("a = [1,")
    try terminal.wait(for: "...> ")
    try terminal.enter("  2, 3]")
    try terminal.enter("a")
    try terminal.wait(for: "[1, 2, 3]")
    try terminal.press("Up", "Up")
    try terminal.wait(for: "2, 3]", count: 3)
    try terminal.press("C-c")
    try terminal.waitForPrompt()
    try terminal.enter("quit")
    try terminal.wait(for: "exit=0")
    let history = terminal.home.appendingPathComponent(".local/state/mim-repl/history")
    #expect(try String(contentsOf: history, encoding: .utf8) == "a = [1,\\n  2, 3]\na\nquit\n")
    let attributes = try FileManager.default.attributesOfItem(atPath: history.path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test("a paste of several lines is one input")
  func paste() throws {
    let terminal = try TmuxSession()
    try terminal.wait(for: "mim> ")
    try terminal.paste("b = 20\nc = 22\nb + c\n")
    try terminal.press("Enter")
    try terminal.wait(for: "42")
    try terminal.press("Up")
    try terminal.wait(for: "b + c", count: 2)
    #expect(!(try terminal.screen()).contains("200~"))
  }

  @Test("Tab completes verbs, options valid here and words; a second look lists several")
  func completion() throws {
    let terminal = try TmuxSession()
    try terminal.wait(for: "mim> ")
    try terminal.type("toy = loa")
    try terminal.press("Tab")
    try terminal.wait(for: "toy = load ")
    try terminal.type("to")
    try terminal.press("Tab")
    try terminal.wait(for: "toy = load toy ")
    try terminal.press("C-u")
    try terminal.enter("toy = load toy \"4\"")
    try terminal.wait(for: "mim> ", count: 2)
    try terminal.type("m = train m0 toy epo")
    try terminal.press("Tab")
    try terminal.wait(for: "epochs=")
    try terminal.press("C-u")
    try terminal.type("e")
    try terminal.press("Tab")
    try terminal.wait(for: "evaluate")
    try terminal.press("C-c")
  }

  @Test("Tab completes file names, also with spaces")
  func completesFiles() throws {
    let terminal = try TmuxSession()
    try Data("a,b\n1,2\n".utf8).write(to: terminal.home.appendingPathComponent("my data.csv"))
    try terminal.wait(for: "mim> ")
    try terminal.type("d = load \"my")
    try terminal.press("Tab")
    try terminal.wait(for: "d = load \"my data.csv\"")
  }

  @Test("Ctrl-C stops training, keeps the partial model, and the session goes on")
  func interruptsTraining() throws {
    let terminal = try TmuxSession()
    try terminal.wait(for: "mim> ")
    try terminal.enter("toy = load toy \"4\"")
    try terminal.enter("m0 = model mim toy z=2 hidden=[500]")
    try terminal.enter("m = train m0 toy epochs=100000 patience=none seed=1")
    try terminal.wait(for: "/100000")
    try terminal.press("C-c")
    try terminal.wait(for: "kept")
    try terminal.enter("1000 + 1")
    try terminal.wait(for: "1001")
    try terminal.enter("show m")
    try terminal.wait(for: "(partial: stopped on request)")
    try terminal.waitForPrompt()
    try terminal.press("C-d")
    try terminal.wait(for: "exit=0")
  }

  @Test(
    "Ctrl-C at the prompt drops the line; Ctrl-D leaves without a question, in a dumb terminal too",
    arguments: ["xterm", "dumb"])
  func controlKeys(term: String) throws {
    let terminal = try TmuxSession(term: term)
    try terminal.wait(for: "mim> ")
    try terminal.type("nonsense")
    try terminal.press("C-c")
    try terminal.wait(for: "mim> ", count: 2)
    try terminal.enter("40 + 2")
    try terminal.wait(for: "42")
    try terminal.waitForPrompt()
    try terminal.press("C-d")
    try terminal.wait(for: "exit=0")
  }

  @Test("an error shows its code, place and caret, and the session goes on")
  func errors() throws {
    let terminal = try TmuxSession()
    try terminal.wait(for: "mim> ")
    try terminal.enter("toy = load toy \"4\" dmi=20")
    let screen = try terminal.wait(for: "did you mean `dim`")
    #expect(screen.contains("error E102"))
    try terminal.enter("40 + 2")
    try terminal.wait(for: "42")
  }

  @Test("a dumb terminal of 40 columns gets plain lines")
  func dumbTerminal() throws {
    let terminal = try TmuxSession(columns: 40, term: "dumb")
    try terminal.wait(for: "mim> ")
    try terminal.enter("6 * 7")
    try terminal.wait(for: "42")
    try terminal.enter("quit")
    try terminal.wait(for: "exit=0")
  }

  @Test("Ctrl-C within a search of the history drops the search; what was computed is still there")
  func interruptedSearch() throws {
    let terminal = try TmuxSession()
    try terminal.wait(for: "mim> ")
    try terminal.enter("kept = 41")
    try terminal.waitForPrompt()
    for keys in ["kep", "nowhere", ""] {
      try terminal.press("C-r")
      try terminal.type(keys)
      try terminal.press("C-c")
      try terminal.waitForPrompt()
    }
    try terminal.enter("kept + 1")
    try terminal.wait(for: "42")
    try terminal.enter("quit")
    try terminal.wait(for: "exit=0")
  }

  @Test("SIGTERM ends a prompt only the second time", arguments: ["xterm", "dumb"])
  func terminated(term: String) throws {
    let terminal = try TmuxSession(term: term)
    try terminal.wait(for: "mim> ")
    try terminal.enter("kept = 41")
    try terminal.waitForPrompt()
    kill(try terminal.process(), SIGTERM)
    try terminal.wait(for: "asked to end")
    try terminal.enter("kept + 1")
    try terminal.wait(for: "42")
    try terminal.waitForPrompt()
    let process = try terminal.process()
    kill(process, SIGTERM)
    // Two signals at once would be one.
    try terminal.wait(for: "asked to end", count: 2)
    kill(process, SIGTERM)
    try terminal.wait(for: "exit=143")
  }

  @Test("after a kill the next session says that recover brings back the names, and it does")
  func recovery() throws {
    let terminal = try TmuxSession()
    try terminal.wait(for: "mim> ")
    try terminal.enter("kept = 41")
    try terminal.waitForPrompt()
    kill(try terminal.process(), SIGKILL)
    try terminal.wait(for: "exit=137")
    let next = try TmuxSession(home: terminal.home)
    try next.wait(for: "`recover` brings back its names")
    try next.enter("recover")
    try next.wait(for: "1 of 1 statements ran")
    try next.enter("kept + 1")
    try next.wait(for: "42")
    try next.waitForPrompt()
    try next.enter("quit")
    try next.wait(for: "exit=0")
    let last = try TmuxSession(home: terminal.home)
    try last.wait(for: "mim> ")
    #expect(!(try last.screen()).contains("unexpectedly"))
  }

  @Test("a terminal that goes away ends the program", arguments: ["xterm", "dumb"])
  func vanishedTerminal(term: String) throws {
    let terminal = try TmuxSession(term: term)
    try terminal.wait(for: "mim> ")
    let process = try terminal.process()
    try terminal.vanish()
    for _ in 0..<200 where Self.runs(process) { usleep(50_000) }
    #expect(!Self.runs(process))
  }

  /// Whether a process is there and has not ended: one whose parent is gone may wait for somebody who asks how it ended.
  private static func runs(_ process: pid_t) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let state = text.split(separator: ")").last?.split(separator: " ").first
    else { return false }
    return state != "Z" && state != "X"
  }
}
