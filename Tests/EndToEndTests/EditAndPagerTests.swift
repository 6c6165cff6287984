import Foundation
import Testing

/// `edit` and the pager, with programs of our own in the place of $EDITOR and $PAGER.
@Suite("The user's editor and pager", .serialized)
struct EditAndPagerTests {
  /// A terminal in which variables are set for mim-repl.
  private func terminal(_ variables: String, rows: Int = 40) throws -> TmuxSession {
    try TmuxSession(rows: rows, variables: variables)
  }

  private func script(_ text: String, _ name: String, in terminal: TmuxSession) throws {
    let path = terminal.home.appendingPathComponent(name)
    try Data("#!/bin/sh\n\(text)\n".utf8).write(to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path.path)
  }

  @Test("edit opens the last input, and runs what was saved; without saving nothing runs")
  func edits() throws {
    let terminal = try terminal("EDITOR='./editor -x'")
    try script("[ \"$1\" = -x ] && sed -i s/40/60/ \"$2\"", "editor", in: terminal)
    try terminal.wait(for: "mim> ")
    try terminal.enter("40 + 2")
    try terminal.wait(for: "42")
    try terminal.enter("edit")
    try terminal.wait(for: "mim> 60 + 2")
    try terminal.wait(for: "62")
    // The edited statement is the last one now, and nothing in it is changed.
    try script("exit 0", "editor", in: terminal)
    try terminal.enter("edit")
    try terminal.wait(for: "nothing was saved, so nothing runs")
    try terminal.enter("edit 7")
    try terminal.wait(for: "there is no statement 7")
    try script("printf '1000 +\\n' > \"$2\"", "editor", in: terminal)
    try terminal.enter("edit 1")
    try terminal.wait(for: "error E0")
    // A mistake can be mended where it was made.
    try script(
      "echo '  1' >> \"$2\"; sed -i 's/+/+ (/; s/  1/  1)/' \"$2\"", "editor", in: terminal)
    try terminal.enter("edit")
    try terminal.wait(for: "1001")
    try terminal.waitForPrompt()
    try terminal.press("C-d")
    try terminal.wait(for: "exit=0")
  }

  @Test("no editor, and one that fails, are said; nothing runs")
  func noEditor() throws {
    for (variables, words) in [
      ("EDITOR= VISUAL=' '", "neither $VISUAL nor $EDITOR"),
      ("EDITOR=no-such-editor", "there is no editor"),
      ("EDITOR=false", "ended with 1"),
    ] {
      let terminal = try terminal(variables)
      try terminal.wait(for: "mim> ")
      try terminal.enter("6 * 7")
      try terminal.wait(for: "42")
      try terminal.enter("edit")
      try terminal.wait(for: words)
      let screen = try terminal.screen()
      #expect(screen.contains("E231") && screen.components(separatedBy: "42").count == 2)
    }
  }

  @Test("an editor on the terminal gets the keys")
  func keys() throws {
    let terminal = try terminal("EDITOR=./editor")
    try script("echo listening; read line; echo \"$line\" > \"$1\"", "editor", in: terminal)
    try terminal.wait(for: "mim> ")
    try terminal.enter("edit")
    try terminal.wait(for: "listening")
    try terminal.enter("500 + 55")
    try terminal.wait(for: "mim> 500 + 55")
    try terminal.wait(for: "555")
  }

  @Test("what is longer than the screen goes through $PAGER, what fits does not")
  func pages() throws {
    let terminal = try terminal("PAGER='./pager'", rows: 20)
    try script("echo \"paged $(wc -l)\"", "pager", in: terminal)
    try terminal.wait(for: "mim> ")
    try terminal.enter("r = sweep n=1..40 { n * 2 }")
    try terminal.enter("show r")
    try terminal.wait(for: "paged 4")
    try terminal.enter("6 * 7")
    try terminal.wait(for: "42")
    #expect(try terminal.screen().components(separatedBy: "paged").count == 2)
  }

  @Test("without such a pager, or with cat, everything is printed")
  func noPager() throws {
    for pager in ["no-such-pager", "cat", ""] {
      let terminal = try terminal("PAGER='\(pager)'", rows: 10)
      try terminal.wait(for: "mim> ")
      try terminal.enter("r = sweep n=1..30 { n * 1000 }")
      try terminal.enter("show r")
      try terminal.wait(for: "30000")
      #expect(try terminal.screen().contains("15000"))
    }
  }

  @Test("the usual pager pages, and Ctrl-C in it ends nothing")
  func less() throws {
    let terminal = try terminal("", rows: 12)
    try terminal.wait(for: "mim> ")
    try terminal.enter("r = sweep n=1..100 { n * 1000 }")
    try terminal.enter("show r; 6 * 7")
    try terminal.wait(for: "5000")
    try terminal.press("C-c", "q")
    try terminal.wait(for: "42")
    #expect(!(try terminal.screen()).contains("100000"))
  }

  @Test("pipes get everything and no pager")
  func pipes() throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let result = try Program.run(
      ["-c", "r = sweep n=1..100 { n * 1000 }\nshow r\nedit"], in: folder)
    #expect(result.exit == 3 && result.error.contains("E231"))
    let shown = try Program.run(["-c", "r = sweep n=1..100 { n * 1000 }\nshow r"], in: folder)
    #expect(shown.exit == 0 && shown.out.contains("100000"))
  }
}
