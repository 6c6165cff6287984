import Foundation
import MIMCPU
import MIMScript
import MIMSession
import MIMTensor
import Testing

@Suite("check and verify")
struct CommandTests {
  private func check(_ text: String, _ name: String = "n.mimnb") throws -> (ExitCode, [String]) {
    let folder = try TemporaryFolder()
    let output = CollectedOutput()
    let code = Commands.check(try folder.write(text, to: name), table: fakeTable, output: output)
    #expect(folder.names() == [name])
    return (code, output.codes)
  }

  @Test("check finds mistakes in notebooks and scripts and does no work")
  func checks() throws {
    #expect(try check("```mim\nboom\n```\n") == (.ok, []))
    #expect(try check("```mim\ntrain epoch=1\n```\n") == (.check, ["E102"]))
    #expect(try check("```mim\nx = 1\n") == (.check, ["E603"]))
    #expect(try check("x = 1\nboom\n", "s.mim") == (.ok, []))
    #expect(try check("x = y\n", "s.mim") == (.check, ["E101"]))
    #expect(try check("", "s.mim") == (.ok, []))
    #expect(try check("\u{0}", "s.mim").0 == .check)
  }

  @Test(
    "a cell that cannot be read binds what it was to bind: only its own mistake is told",
    arguments: [
      "l = [1, 2\nm = 3\nfor k in [1] { n = k }", "param m = 2\nl = [\"a\" \"b\"]; n = 1\nk = 2",
      "m = 1\nn = 2\nk = (\nl =",
    ])
  func unreadableCell(code: String) throws {
    let text = "```mim\nl = 1\n```\n```mim\n\(code)\n```\n```mim\no = k + m + n\nl.x\n```\n"
    let (exit, codes) = try check(text + "`{mim} l` `{mim} m` `{mim} n` `{mim} o`\n")
    #expect(exit == .check && codes.count == 1 && codes.first?.hasPrefix("E0") == true)
    #expect(try check(text + "`{mim} q`\n").1.last == "E616")
    // Where the mistake is expected, nothing will ever be bound.
    let expected = "```mim\n#| error: expect \(codes.first ?? "")\n\(code)\n```\n`{mim} m`\n"
    #expect(try check(expected).1 == ["E616"])
  }

  @Test("verify compares a folder's files; the unsupported ones change nothing")
  func verifies() throws {
    let folder = try TemporaryFolder()
    for name in ["ksg.json", "ksg.safetensors"] {
      try FileManager.default.copyItem(atPath: oracle + name, toPath: folder.path + "/" + name)
    }
    _ = try folder.write("{}", to: "transformer-large.json")
    let output = CollectedOutput()
    #expect(Commands.verify(folder.path, output: output) == .ok)
    #expect(output.out.contains("transformer-large: not supported yet"))
    #expect(output.out.last?.hasSuffix("compared, 0 off") == true)
    #expect(output.out.last?.hasPrefix("\(InstructionSet.inUse.title): ") == true)
  }

  @Test("verify of a folder with nothing to compare is exit 2, not a silent success")
  func nothingToCompare() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("{}", to: "transformer-large.json")
    #expect(Commands.verify(folder.path, output: CollectedOutput()) == .usage)
  }

  @Test("verify is exit 1 when one number is off, and says which")
  func wrongNumber() throws {
    let folder = try TemporaryFolder()
    for name in ["ksg.json", "ksg.safetensors"] {
      try FileManager.default.copyItem(atPath: oracle + name, toPath: folder.path + "/" + name)
    }
    let text = try folder.text("ksg.json")
    let place = try #require(text.range(of: "\"ksg1\": "))
    _ = try folder.write(
      text.replacingCharacters(in: place.upperBound..<place.upperBound, with: "1"), to: "ksg.json")
    let output = CollectedOutput()
    #expect(Commands.verify(folder.path, output: output) == .failure)
    #expect(output.out.count { $0.hasSuffix("OFF") } == 1)
  }

  @Test("verify of a broken file is exit 1; of no folder or an empty one exit 2")
  func badFolders() throws {
    let folder = try TemporaryFolder()
    let output = CollectedOutput()
    #expect(Commands.verify(folder.path, output: output) == .usage)
    #expect(Commands.verify(folder.path + "/no", output: output) == .usage)
    _ = try folder.write("nonsense", to: "ksg.json")
    #expect(Commands.verify(folder.path, output: output) == .failure)
    #expect(output.codes == ["E620", "E620", "E524"])
  }

  private var oracle: String {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(2)
    return parts.joined(separator: "/") + "/Fixtures/oracle/"
  }
}
