import Foundation
import MIMScript
import MIMSession
import Testing

/// What an editor sees of scripts and notebooks.
@Suite struct FeatureTests {
  private let client = Client()

  private let notebook = Client.notebookText

  // MARK: Diagnostics

  @Test("mistakes have their code, their place in UTF-16 units, and their advice")
  func mistakes() {
    client.open("x = \"🧪é\" + nowhere\ny = load toy \"4\" sed=3\n")
    let found = client.diagnostics()
    #expect(found.map(\.code) == ["E101", "E102"])
    #expect(found.first?.at == "0:12-19")
    #expect(found.last?.at == "1:17-20")
    #expect(found.last?.message.contains("did you mean `seed`?") == true)
  }

  @Test("in a notebook, places are those of the file, in lists and with any line ends")
  func notebookMistakes() {
    for end in ["\n", "\r\n", "\r"] {
      let text = notebook.replacing("evaluate m0", with: "evaluat m0").replacing("\n", with: end)
      client.open(text, Client.notebook)
      let found = client.diagnostics(Client.notebook)
      #expect(found.map(\.code) == ["E103"])
      #expect(found.map(\.at) == ["19:7-14"])
    }
    client.open(notebook, Client.notebook)
    #expect(client.diagnostics(Client.notebook).isEmpty)
  }

  @Test("a statement that cannot be read yet does not make the rest of the text wrong")
  func halfWritten() {
    client.open("m = model(mim,\ny = m\n")
    #expect(client.diagnostics().map(\.code) == ["E005"])
    client.open("x = 1 +\ny = x\n")
    #expect(client.diagnostics().map(\.code) == ["E009"])
    client.open("# T\n\n```mim\nx = 1\ny = x\n", Client.notebook)
    #expect(client.diagnostics(Client.notebook).map(\.code) == ["E603"])
    client.open("---\ntitel: x\n---\n```mim\nz\n```\n", Client.notebook)
    #expect(client.diagnostics(Client.notebook).map(\.code) == ["E612", "E101"])
  }

  @Test("changes of parts come together as the editor has them")
  func changes() {
    client.open("x = 1\ny = 🧪\n")
    #expect(client.diagnostics().map(\.at) == ["1:4-6"])
    client.change([
      ["range": Client.range(1, 4, 6), "text": "x"],
      ["range": Client.range(0, 4, 5), "text": "[1,\n2]"],
      ["range": Client.range(2, 5, 5), "text": " + z"],
    ])
    #expect(client.diagnostics().map(\.at) == ["2:8-9"])
    client.change([["text": "fine = 1"]])
    #expect(client.diagnostics().isEmpty)
    client.open("nobody", Client.script)
    client.notify("textDocument/didClose", client.of())
    #expect(client.diagnostics().isEmpty)
  }

  @Test("an expected mistake is none, and a cell that does not run binds nothing")
  func cellOptions() {
    client.open(
      "```mim\n#| error: expect E101\nnobody\n```\n\n```mim\n#| run: false\nq = 1\n```\n\n```mim\nq\n```\n",
      Client.notebook)
    #expect(client.diagnostics(Client.notebook).map(\.at) == ["11:0-1"])
  }

  @Test("what a file may not read is not read for the checks")
  func fileAccess() throws {
    let folder = NSTemporaryDirectory() + "mim-access-\(UUID().uuidString)"
    for name in ["own", "other"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
      try Data("password,n\n1,2\n".utf8).write(
        to: URL(fileURLWithPath: "\(folder)/\(name)/t.csv"))
    }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let uri = "file://\(folder)/own/s.mim"
    func said(_ name: String) -> String {
      client.open("d = load \"\(folder)/\(name)/t.csv\"\nd.pasword\n", uri)
      return client.diagnostics(uri).map(\.message).joined()
    }
    #expect(said("own").contains("password"))
    #expect(!said("other").contains("password"))
    client.open("include \"\(folder)/other/t.mimnb\"\n", uri)
    #expect(client.diagnostics(uri).map(\.code) == ["E550"])
  }

  // MARK: Quick fixes

  @Test(
    "fixes of mistakes are quick fixes",
    arguments: [
      ("toy = load toy \"4\" sed=3", ["0:19-22=seed"]),
      ("tain = 1\nx = tan", ["1:4-7=tain"]),
      ("trian m", ["0:0-5=train"]),
      ("n = 2\nt = load toy \"4\" n=n*2", ["1:19-22=(n*2)"]),
      ("load a/b.csv", ["0:5-12=\"a/b.csv\"", "0:5-12=(a/b.csv)"]),
      ("x = 2**3", ["0:5-7=^"]),
      ("x <- 3", ["0:2-4=="]),
      ("x = mean ([1])", ["0:8-9="]),
      ("x = True", ["0:4-8=true"]),
      ("x = 3 − 2", ["0:6-7=-"]),
      ("toy = load toy \"4\"\ntoy.tset", ["1:4-8=test"]),
    ])
  func quickFixes(_ text: String, _ expected: [String]) {
    client.open(text)
    let all = Client.range(0, 0, 0).merging(["end": ["line": 9, "character": 0]]) { $1 }
    let actions =
      client.request(
        "textDocument/codeAction",
        client.of(Client.script, ["range": all, "context": ["diagnostics": [Any]()]]))
      as? [[String: Any]] ?? []
    #expect(actions.flatMap { Client.edits($0["edit"]) } == expected)
    #expect(actions.allSatisfy { $0["kind"] as? String == "quickfix" })
    let elsewhere = client.of(Client.script, ["range": Client.range(7, 0, 0), "context": [:]])
    #expect((client.request("textDocument/codeAction", elsewhere) as? [Any])?.isEmpty == true)
  }

  @Test("options of cells, keys of front matter and names in prose have fixes too")
  func notebookFixes() {
    let text = "---\ntitel: T\n---\n`{mim} alpa.n`\n\n```mim\n#| lable: a\nalpha = [1]\n```\n"
    client.open(text, Client.notebook)
    let all = Client.range(0, 0, 0).merging(["end": ["line": 9, "character": 0]]) { $1 }
    let actions =
      client.request("textDocument/codeAction", client.of(Client.notebook, ["range": all]))
      as? [[String: Any]] ?? []
    #expect(
      actions.flatMap { Client.edits($0["edit"], Client.notebook) } == [
        "1:0-8=title: T", "3:0-14=`{mim} alpha.n`", "6:0-11=#| label: a",
      ])
  }

  // MARK: Completion

  private func labels(_ line: Int, _ character: Int, _ uri: String = Client.script) -> [String] {
    let list = client.request("textDocument/completion", client.at(line, character, uri))
    let items = (list as? [String: Any])?["items"] as? [[String: Any]] ?? []
    return items.map { $0["label"] as? String ?? "" }
  }

  @Test("completion offers what Tab offers, though nothing has run")
  func completion() {
    client.open(
      "toy = load toy \"4\"\nm0 = model mim toy\nm = tr\nm = train m0 toy ep\ntoy.\nz = encode m0 toy.te\nsweep k=[1] {\n  k2 = k\n  show k\n"
    )
    #expect(labels(2, 6) == ["train", "transform"])
    #expect(labels(3, 19) == ["epochs="])
    #expect(labels(4, 4).contains("test"))
    #expect(labels(5, 20) == ["test"])
    #expect(labels(8, 8).suffix(2) == ["k", "k2"])
    #expect(labels(1, 11).contains("mim"))
  }

  @Test(
    "values of options are completed: words of the option, also in quotes, over several lines and behind `time`; each with its line of help",
    arguments: [
      ("m0 = model mim toy posterior=|", "normal", "diagonal"),
      ("m0 = model mim toy posterior=g|\nm = m0\n", "gmm(", "mixture"),
      ("m0 = model(mim, toy,\n  prior=|)", "vampprior(", "pseudo-inputs"),
      ("m0 = model mim toy prior=\"vam|", "vampprior(", "pseudo-inputs"),
      ("time m = train m0 toy keep=|", "last", "last epoch"),
      ("set images=|", "kitty", "protocol"),
      ("s = evaluate m0 toy mi(estimator=|", "ksg", ""),
    ])
  func optionValues(text: String, word: String, help: String) {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false)
    for (before, after, uri) in [
      ("", "", Client.script), ("# T\n\n```mim\n", "\n```\n", Client.notebook),
    ] {
      client.open(before + parts.joined() + after, uri)
      let lines = (before + parts[0]).split(separator: "\n", omittingEmptySubsequences: false)
      let place = client.at(lines.count - 1, lines.last?.utf16.count ?? 0, uri)
      let list = client.request("textDocument/completion", place) as? [String: Any]
      let items = list?["items"] as? [[String: Any]] ?? []
      let item = items.first { $0["label"] as? String == word }
      #expect(item?["kind"] as? Int == 12, "\(text): \(items.map { $0["label"] ?? "" })")
      #expect(help.isEmpty || (item?["detail"] as? String)?.contains(help) == true)
      let edit = item?["textEdit"] as? [String: Any]
      #expect(edit?["newText"] as? String == word)
      #expect(
        items.allSatisfy {
          ($0["label"] as? String)?.hasPrefix(parts[0].hasSuffix("g") ? "g" : "") == true
        })
    }
  }

  @Test(
    "completion in a cell replaces the word at its place, and knows the cells above and the parameters"
  )
  func notebookCompletion() {
    let text = notebook.replacing("evaluate m0 toy mi", with: "evaluate m")
    client.open(text, Client.notebook)
    #expect(labels(19, 17, Client.notebook).contains("m0"))
    let list = client.request("textDocument/completion", client.at(19, 17, Client.notebook))
    let items = (list as? [String: Any])?["items"] as? [[String: Any]] ?? []
    let edit = items.first { $0["label"] as? String == "m0" }?["textEdit"] as? [String: Any]
    #expect(Client.text(ofRange: edit?["range"]) == "19:16-17")
    #expect(labels(11, 32, Client.notebook) == ["width"])
    #expect(labels(0, 2, Client.notebook) == [])
    client.open("```mim\n#| la\n```\n", Client.notebook)
    #expect(labels(1, 5, Client.notebook) == ["label: "])
  }

  // MARK: Hover

  private func hover(_ line: Int, _ character: Int, _ uri: String = Client.script) -> String {
    let result = client.request("textDocument/hover", client.at(line, character, uri))
    let contents = (result as? [String: Any])?["contents"] as? [String: Any]
    return contents?["value"] as? String ?? ""
  }

  @Test("hover shows the page of a verb or word, an option's line, a field's, and what a name is")
  func hovers() {
    client.open(
      "toy = load toy \"4\"\nm0 = model mim toy hidden=[5]\nm = train m0 toy epochs=2\nm.history\n")
    #expect(hover(2, 6).contains("train MODEL DATA [options]"))
    #expect(hover(2, 20).contains("epochs=50"))
    #expect(hover(1, 12).contains("mutual information machine"))
    #expect(hover(2, 11).contains("m0: model") && hover(2, 11).contains("line 2:  m0 = model"))
    #expect(hover(3, 4).contains("history"))
    #expect(hover(0, 15) == "")
    client.open(notebook, Client.notebook)
    #expect(hover(6, 24, Client.notebook).contains("mi"))
    #expect(hover(19, 17, Client.notebook).contains("m0: model"))
  }

  // MARK: Outline, layout, lenses

  @Test("the outline has headings, cells below them, and names")
  func outline() throws {
    client.open(notebook, Client.notebook)
    let symbols = try #require(
      client.request("textDocument/documentSymbol", client.of(Client.notebook)) as? [[String: Any]])
    func names(_ symbols: [[String: Any]]) -> [String] {
      symbols.flatMap { symbol -> [String] in
        let below = symbol["children"] as? [[String: Any]] ?? []
        let name = symbol["name"] as? String ?? ""
        return [name] + names(below).map { "  " + $0 }
      }
    }
    #expect(
      names(symbols) == [
        "One 🧪", "  data", "    toy", "    m0", "  Two", "    cell-2", "      s", "      r",
        "  Three",
      ])
    #expect(Client.text(ofRange: symbols[0]["range"]) == "4:0-24:5")
  }

  @Test("formatting lays the cells out, keeps the rest, and is silent where there are mistakes")
  func formatting() {
    client.open("x=1\n\n\n\ny   =   [ 1,2 ]\n")
    let edits = client.request("textDocument/formatting", client.of()) as? [[String: Any]]
    #expect(edits?.count == 1)
    #expect(edits?.first?["newText"] as? String == "x = 1\n\ny = [1, 2]\n")
    #expect(Client.text(ofRange: edits?.first?["range"]) == "0:0-5:0")
    client.open(notebook, Client.notebook)
    let cells = client.request("textDocument/formatting", client.of(Client.notebook))
    let edit = (cells as? [[String: Any]])?.first
    #expect(edit?["newText"] as? String == "toy = load toy \"4\"  # 🧪\n")
    #expect(Client.text(ofRange: edit?["range"]) == "10:0-11:0")
    client.open("x = (")
    #expect(client.request("textDocument/formatting", client.of()) == nil)
    client.open("x = 1\n")
    #expect((client.request("textDocument/formatting", client.of()) as? [Any])?.isEmpty == true)
  }

  @Test("lenses tell what is kept, and follow the text in the editor")
  func lenses() throws {
    let folder = NSTemporaryDirectory() + "mim-lens-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = folder + "/note.mimnb"
    let text =
      "```mim\n#| label: a\nx = 2 * 3\n```\n\n```mim\ny = x + 1\n```\n\n```mim\n#| run: false\n1\n```\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    var options = RunOptions()
    options.cache = ResultStore(path: folder + "/cache")
    let client = Client(options: options)
    let uri = "file://" + file
    func titles(_ text: String) -> [String] {
      client.open(text, uri)
      let lenses = client.request("textDocument/codeLens", client.of(uri)) as? [[String: Any]] ?? []
      return lenses.map { lens in
        let command = lens["command"] as? [String: Any]
        let line = Client.text(ofRange: lens["range"]).prefix { $0 != ":" }
        return "\(line) \(command?["title"] as? String ?? "")"
      }
    }
    let new = "stale: it has not been run before"
    #expect(
      titles(text) == [
        "0 run", "0 \(new)", "5 run", "5 stale: `x` of the cell `a` is made anew",
        "9 never runs (run: false)",
      ])
    var run = options
    run.outputFolder = folder + "/out"
    let output = PlainOutput(streams: .init(out: { _ in }, error: { _ in }), isQuiet: true)
    #expect(Commands.run(file, options: run, output: output, interruption: Interruption()) == .ok)
    #expect(titles(text).contains("0 fresh") && titles(text).contains("5 fresh"))
    let edited = text.replacing("x + 1", with: "x + 2")
    #expect(titles(edited).contains("0 fresh"))
    #expect(titles(edited).contains("5 stale: its code has changed"))
    #expect(titles("```mim\nx = (\n```\n") == [])
  }
}
