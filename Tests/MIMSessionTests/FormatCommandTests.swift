import Foundation
import MIMSession
import Testing

/// `mim-repl format` on files.
@Suite struct FormatCommandTests {
  private let folder: TemporaryFolder
  private let output = CollectedOutput()

  init() throws { folder = try TemporaryFolder() }

  private func format(_ paths: [String], check: Bool = false) -> ExitCode {
    Commands.format(paths, check: check, output: output) { _ in
      Issue.record("only standard input goes to standard output")
    }
  }

  @Test("files are laid out in their places; links and permissions stay")
  func files() throws {
    let script = try folder.write("x=1", to: "s.mim")
    let notebook = try folder.write("Text  \n```mim\ny=2\n```\n", to: "n.mimnb")
    let link = folder.path + "/link.mim"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: script)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: script)
    #expect(format([link, notebook]) == .ok)
    #expect(try folder.text("s.mim") == "x = 1\n")
    #expect(try folder.text("n.mimnb") == "Text  \n```mim\ny = 2\n```\n")
    let manager = FileManager.default
    #expect(
      try manager.attributesOfItem(atPath: link)[.type] as? FileAttributeType == .typeSymbolicLink)
    #expect(try manager.attributesOfItem(atPath: script)[.posixPermissions] as? Int == 0o640)
    #expect(output.error.count == 2)
    #expect(format([link, notebook]) == .ok)
    #expect(output.error.count == 2)
  }

  @Test("--check tells what would change, and changes nothing")
  func check() throws {
    let file = try folder.write("x=1\n", to: "s.mim")
    let fine = try folder.write("x = 1\n", to: "f.mim")
    #expect(format([fine], check: true) == .ok)
    #expect(format([fine, file], check: true) == .failure)
    #expect(output.error == ["\(file) would change"])
    #expect(try folder.text("s.mim") == "x=1\n")
  }

  @Test("a file with a mistake stays as it is, and the others are laid out all the same")
  func mistakes() throws {
    let bad = try folder.write("x=(1\n", to: "bad.mim")
    let good = try folder.write("x=1\n", to: "good.mim")
    #expect(format([bad, good]) == .check)
    #expect(output.codes == ["E005"])
    #expect(try folder.text("bad.mim") == "x=(1\n")
    #expect(try folder.text("good.mim") == "x = 1\n")
    #expect(format([folder.path + "/nowhere.mim"]) == .usage)
    #expect(format([folder.path]) == .usage)
    let binary = try folder.write("\0\u{1}", to: "b.mimnb")
    #expect(format([binary]) == .check)
    #expect(output.codes.last == "E602")
  }
}
