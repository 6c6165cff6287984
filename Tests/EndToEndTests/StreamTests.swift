import Foundation
import Testing

/// Standard input and output in unusual states.
@Suite("Streams of the process")
struct StreamTests {
  /// The exit status of a shell line in which `$0` is the program.
  private func exit(_ line: String) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line, Program.path]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test("a closed standard input, or a folder as one, is wrong usage and no crash")
  func unreadableInput() throws {
    #expect(try exit("\"$0\" <&-") == 2)
    #expect(try exit("\"$0\" </") == 2)
  }

  @Test("text for a pipe or a file is as wide as $COLUMNS says, 80 columns without it")
  func columns() throws {
    for (given, most) in [("60", 60), ("120", 98), ("", 80), ("wide", 80), ("-3", 80), ("0", 80)] {
      let result = try Program.run(["-c", "help load"], environment: ["COLUMNS": given])
      let longest = result.out.split(separator: "\n").map(\.count).max() ?? 0
      #expect(longest <= most && longest > most - 25, "\(given): \(longest)")
    }
  }

  @Test("when the reader of standard output has gone, the program ends quietly with 141")
  func closedPipe() throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let (status, said) = ("\(folder.path)/status", "\(folder.path)/said")
    // `true` has left before the sleeping writer writes.
    let line =
      "(sleep 1; \"$0\" -c 'for i in 1..2000 { i }\nx = 1' 2>\(said); echo $? >\(status)) | true"
    _ = try exit(line)
    // The shell waits for the pipeline's first part too.
    #expect(try String(contentsOfFile: status, encoding: .utf8) == "141\n")
    #expect(try String(contentsOfFile: said, encoding: .utf8) == "")
  }

  @Test(
    "results that cannot be written are a failure",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDisk() throws {
    #expect(try exit("\"$0\" -c 1+1 >/dev/full") == 1)
    #expect(try exit("\"$0\" -c 'show(1) ; x = 2' >/dev/full") == 1)
  }
}
