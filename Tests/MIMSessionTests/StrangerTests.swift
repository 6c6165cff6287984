import Foundation
import MIMScript
import MIMSession
import Testing

/// Notebooks that try to read or write what is not theirs, as one from a stranger might.
@Suite("a stranger's notebook")
struct StrangerTests {
  /// A user's things, which no notebook was given.
  private let home: TemporaryFolder
  /// Where the notebook was unpacked.
  private let folder: TemporaryFolder

  init() throws {
    home = try TemporaryFolder()
    folder = try TemporaryFolder()
    let lines = (0..<40).map { "\(["ann", "bob"][$0 % 2]),\(90000 + $0)\n" }
    _ = try home.write("name,salary\n" + lines.joined(), to: "salary.csv")
    _ = try home.write("secret-of-the-user", to: "secret.png")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/out", withIntermediateDirectories: true)
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/" + name, withDestinationPath: target)
  }

  private func run(
    _ cell: String, prose: String = "", _ change: (inout RunOptions) -> Void = { _ in }
  ) throws -> CachedRun {
    let text =
      cell
      .replacing("HOME", with: home.path).replacing("OWN", with: folder.path)
    return try CachedRun("\(prose)\n\n```mim\n\(text)\n```\n", in: folder, change)
  }

  /// Everything that the run wrote, as text.
  private var reports: String {
    ["report.html", "report.md", "run.json", "log.txt"].map {
      (try? folder.text("out/\($0)")) ?? ""
    }
    .joined()
  }

  @Test(
    "writes nothing outside its output folder",
    arguments: [
      "save [1, 2] \"HOME/x.csv\" force=true",
      "save [1, 2] \"HOME/salary.csv\" force=true",
      "save [1, 2] \"OWN/x.csv\"",
      "set output=\"HOME\"; save [1, 2] \"x.csv\"",
      "set output=none; save [1, 2] \"OWN/../x.csv\"",
      "toy = load toy \"4\" n=64; plot toy save=\"HOME/x.png\"",
      "toy = load toy \"4\" n=64; m = train(model(vae, toy, hidden=[3]), toy, epochs=1, batch=16, checkpoint=\"HOME/m\")",
      "toy = load toy \"4\" n=64; m = train(model(vae, toy, hidden=[3]), toy, epochs=1, batch=16, checkpoint=\"HOME/salary.csv\", force=true)",
      "r = sweep a=1..2 { save [a] \"HOME/x.csv\" force=true; a }",
    ])
  func writes(_ cell: String) throws {
    let salary = try home.text("salary.csv")
    let run = try run(cell)
    #expect(run.code != .ok)
    #expect(run.output.error.contains { $0.contains("E550") && $0.contains("--allow-write") })
    #expect(home.names() == ["salary.csv", "secret.png"])
    #expect(try home.text("salary.csv") == salary)
    #expect(folder.names().filter { $0 != "cache" } == ["note.mimnb", "out"])
  }

  @Test(
    "links in the output folder lead nowhere: a folder of figures, of tables, of its own, a run store"
  )
  func outputLinks() throws {
    for name in ["figures", "tables", "mine"] { try link("out/\(name)", to: home.path) }
    for cell in [
      "toy = load toy \"4\" n=64; plot toy", "r = sweep(store=false) a=1..2 { a }; r",
      "save [1, 2] \"mine/x.csv\"",
    ] {
      _ = try run(cell)
      #expect(home.names() == ["salary.csv", "secret.png"])
    }
    #expect(try run("save [1, 2] \"mine/x.csv\"").output.codes == ["E550"])
    #expect(try run("toy = load toy \"4\" n=64; plot toy").output.codes == ["E550"])
    #expect(try run("r = sweep(store=false) a=1..2 { a }; r").output.codes == ["E550"])
    // What an earlier run.json claims to own makes no difference.
    _ = try folder.write(
      "{\"files\": [\"figures/secret.png\", \"mine/secret.png\"], \"version\": 1}",
      to: "out/run.json")
    #expect(try run("save [1, 2] \"mine/secret.png\" format=csv").code != .ok)
    #expect(try home.text("secret.png") == "secret-of-the-user")
  }

  @Test("a run store that is a link is not followed, nor the files beside it")
  func storeLinks() throws {
    for ending in ["", "-wal", "-shm"] {
      try link("out/runs.sqlite\(ending)", to: home.path + "/new.sqlite")
      #expect(try run("r = sweep a=1..2 { a }").output.codes == ["E550"])
      #expect(home.names() == ["salary.csv", "secret.png"])
      try FileManager.default.removeItem(atPath: folder.path + "/out/runs.sqlite\(ending)")
    }
    #expect(try run("r = sweep a=1..2 { a }").code == .ok)
  }

  @Test(
    "reads nothing outside its folders, and quotes nothing of it",
    arguments: [
      "d = load \"HOME/salary.csv\"; d", "d = load \"HOME/salary.csv\" label=sallary; d",
      "d = load \"link.csv\"; d", "d = load \"OWN/link.csv\"; d", "d = load \"OWN/files\"; d",
      "d = load omniglot \"HOME\"; d", "d = load \"HOME/m.safetensors\"; d",
      "mi \"HOME/salary.csv\" [1, 2, 3]", "runs store=\"HOME/salary.csv\"",
    ])
  func reads(_ cell: String) throws {
    try link("link.csv", to: home.path + "/salary.csv")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/files/a", withIntermediateDirectories: true)
    try link("files/a/x.png", to: home.path + "/secret.png")
    let run = try run(cell)
    #expect(run.code != .ok, "\(cell)")
    let said = run.output.error.joined() + run.output.out.joined() + reports
    for secret in ["salary,", "name,", "90000", "secret-of"] { #expect(!said.contains(secret)) }
    if !cell.contains("link.csv\"; d") || cell.contains("OWN") {
      #expect(
        run.output.error.contains { $0.contains("E550") || $0.contains("E201") },
        "\(run.output.error)")
    }
  }

  @Test("--allow-read, a parameter of the command line and its own folder open files")
  func allowed() throws {
    let cell = "d = load \"HOME/salary.csv\" label=name scale=none; d"
    #expect(try run(cell) { $0.allowRead = [home.path] }.code == .ok)
    // What was kept while it was allowed is not given to a run that may not read it.
    #expect(try run(cell).output.codes == ["E550"])
    #expect(try run(cell) { $0.allowRead = [home.path + "/salary.csv"] }.code == .ok)
    let asked = "param data = \"none\"; d = load (data) label=name"
    let given = ["data=\(home.path)/salary.csv"]
    #expect(try run(asked) { $0.parameters = given }.code == .ok)
    _ = try folder.write(home.text("salary.csv"), to: "own.csv")
    #expect(try run("d = load \"OWN/own.csv\" label=name").code == .ok)
    // A name is looked up beside the notebook, wherever it is run from, and that file comes before one in the current folder.
    #expect(try run("d = load \"own.csv\" label=name").code == .ok)
    _ = try folder.write(home.text("salary.csv"), to: "Package.swift.csv")
    #expect(try run("d = load \"Package.swift.csv\" label=nam").output.codes == ["E520"])
    #expect(
      try run("save [1, 2] \"x.csv\"; d = load \"x.csv\" split=[.5, .5, 0]").output.codes != [
        "E550"
      ])
  }

  @Test(
    "pictures: a link is not followed, one from elsewhere becomes a link, one of its own is shown")
  func pictures() throws {
    try link("picture.png", to: home.path + "/secret.png")
    _ = try folder.write("own picture", to: "own.png")
    let secret = Data("secret-of-the-user".utf8).base64EncodedString()
    let own = Data("own picture".utf8).base64EncodedString()
    let run = try run(
      "1",
      prose:
        "![mine](own.png) ![a](picture.png) ![far](https://example.com/x.png) ![too](//example.com/y.png) ![r][ref]\n\n[ref]: http://example.com/z.png"
    )
    let html = try folder.text("out/report.html")
    #expect(run.output.codes == ["E550"] && run.code == .failure)
    #expect(html.contains(own) && !reports.contains(secret))
    #expect(!html.contains("<img src=\"http") && !html.contains("<img src=\"//"))
    #expect(html.contains("<a href=\"https://example.com/x.png\">far</a>"))
    #expect(html.contains("Content-Security-Policy") && html.contains("default-src 'none'"))
    let markdown = try folder.text("out/report.md")
    #expect(markdown.contains("![mine](own.png)") && !markdown.contains("![far]"))
    #expect(!markdown.contains("![r]") && !markdown.contains("![too]"))
  }

  @Test("downloads nothing")
  func fetching() throws {
    // MNIST is not in an empty folder.
    let bench = try run("d = load mnist fetch=true limit=10")
    #expect(bench.code == .ok || bench.output.codes == ["E550"])
  }

  @Test("a lock file that is the user's stays, and a link in its place leads nowhere")
  func locks() throws {
    _ = try folder.write("my notes", to: "out/m.safetensors.lock")
    let train =
      "toy = load toy \"4\" n=64; m = train(model(vae, toy, hidden=[3]), toy, epochs=1, batch=16, checkpoint=\"m\")"
    #expect(try run(train).code == .ok)
    #expect(try folder.text("out/m.safetensors.lock") == "my notes")
    try FileManager.default.removeItem(atPath: folder.path + "/out/m.safetensors.lock")
    try link("out/m.safetensors.lock", to: home.path + "/new.lock")
    _ = try run(train) { $0.fresh = true }
    #expect(home.names() == ["salary.csv", "secret.png"])
  }

  @Test("labels, names and texts cannot steer the terminal, nor turn what is read")
  func escapes() throws {
    let rows = (0..<40).map { "\($0),\($0 * $0 % 7)\n" }.joined()
    _ = try folder.write("x\u{1B}[31mred,y\u{202E}ab\n" + rows, to: "d.csv")
    let run = try run(
      """
      d = load "OWN/d.csv" scale=none
      d
      "\\u{1B}]0;title\\u{7} \\u{202E}gnp.exe"
      save [1, 2] "a\\u{1B}[2Jb.csv"
      """)
    let plain = ["report.md", "log.txt", "run.json"].map { (try? folder.text("out/\($0)")) ?? "" }
    for text in plain {
      #expect(!text.unicodeScalars.contains { ["\u{1B}", "\u{7}", "\u{202E}"].contains($0) })
    }
    let output = Lines()
    let streams = PlainOutput.Streams(out: { output.add($0) }, error: { output.add($0) })
    let session = Session(output: PlainOutput(streams: streams))
    session.evaluate(
      Source(
        name: "x\u{1B}[31m.mim",
        text:
          "t = load \"\(folder.path)/d.csv\" scale=none\nt\n\"\\u{1B}[31m\\u{202E}\"\nsave [1] \"\(folder.path)/\\u{9B}2J.csv\""
      ))
    session.evaluate(Source(name: "y\u{1B}[31m.mim", text: "\u{1B}[31m nope"))
    let text = output.text
    #expect(!text.unicodeScalars.contains { ["\u{1B}", "\u{9B}", "\u{202E}"].contains($0) })
    #expect(text.contains("\\e[31m") && text.contains("\\u{202E}"))
    #expect(run.code == .ok, "\(run.output.error)")
  }
}

/// Collects text from any thread.
private final class Lines: @unchecked Sendable {
  private let lock = NSLock()
  private var parts: [String] = []

  func add(_ text: String) { lock.withLock { parts.append(text) } }
  var text: String { lock.withLock { parts.joined() } }
}
