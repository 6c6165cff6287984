import MIMSession
import Testing

/// Where names are bound, and giving them others.
@Suite struct RenamingTests {
  private let client = Client()
  private let notebook = Client.notebookText

  private func definition(_ line: Int, _ character: Int, _ uri: String) -> String {
    let result = client.request("textDocument/definition", client.at(line, character, uri))
    return Client.text(ofRange: (result as? [String: Any])?["range"])
  }

  @Test("definitions are the last binding before, in cells, prose and front matter")
  func definitions() {
    client.open("a = 1\na = a + 1\nb = a\n")
    #expect(definition(1, 4, Client.script) == "0:0-1")
    #expect(definition(2, 5, Client.script) == "1:0-1")
    client.open(notebook, Client.notebook)
    #expect(definition(19, 17, Client.notebook) == "11:0-2")
    #expect(definition(11, 28, Client.notebook) == "2:9-14")
    #expect(definition(6, 22, Client.notebook) == "19:3-4")
    #expect(definition(20, 33, Client.notebook) == "20:13-18")
    #expect(definition(7, 0, Client.notebook) == "-1:-1--1")
  }

  private func rename(
    _ line: Int, _ character: Int, _ name: String, _ uri: String = Client.script
  ) -> [String] {
    Client.edits(
      client.request("textDocument/rename", client.at(line, character, uri, ["newName": name])), uri
    )
  }

  @Test(
    "renaming changes every place of a variable, and leaves words, options, columns and axes of that name"
  )
  func renaming() {
    client.open(
      "toy = load toy \"4\"\nmim = model mim toy\nx = train mim toy seed=1\nr = sweep mim=[1] { mim }\n"
    )
    #expect(rename(1, 1, "best") == ["1:0-3=best", "2:10-13=best"])
    #expect(rename(3, 21, "k") == ["3:10-13=k", "3:20-23=k"])
    client.open(notebook, Client.notebook)
    #expect(
      rename(11, 28, "units", Client.notebook) == [
        "2:9-14=units", "6:43-48=units", "11:27-32=units",
      ])
    #expect(rename(6, 22, "result", Client.notebook) == ["6:20-21=result", "19:3-4=result"])
  }

  @Test(
    "a renaming that would change what the text means is refused",
    arguments: [
      ("x = 1\ny = x\n", "y"), ("x = 1\n", "train"), ("x = 1\n", "for"), ("x = 1\n", "1x"),
      ("x = 1\n", "a b"), ("x = 1\n", ""), ("x = 1\ny = nobody\n", "z"),
      ("x = 1\nfor t in nobody2 { x }\n", "z"),
    ])
  func refusedRenaming(_ text: String, _ name: String) {
    client.open(text)
    #expect(
      client.errorCode("textDocument/rename", client.at(0, 0, Client.script, ["newName": name]))
        == -32803)
  }

  @Test("a name that may be a column when the statement runs is not renamed")
  func unclearRenaming() {
    client.open("kind = 1\nr = runs\nt = table r where=(kind == 1)\n")
    #expect(client.diagnostics().isEmpty)
    #expect(
      client.errorCode("textDocument/rename", client.at(0, 0, Client.script, ["newName": "k"]))
        == -32803)
  }
}
