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

  @Test(
    "results that cannot be written are a failure",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDisk() throws {
    #expect(try exit("\"$0\" -c 1+1 >/dev/full") == 1)
    #expect(try exit("\"$0\" -c 'show(1) ; x = 2' >/dev/full") == 1)
  }
}
