import Foundation
import Testing

/// Runs that could not write something, or would write over each other's files.
@Suite("Losses are told")
struct LossTests {
  private static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  /// Runs the program with a limit for the size of files, in blocks of 1024 bytes.
  private func limited(_ blocks: Int, _ code: String, in folder: URL) throws -> Program.Result {
    let out = folder.appendingPathComponent("stdout")
    let error = folder.appendingPathComponent("stderr")
    let exit = try Spawn.run(
      ["bash", "-c", "ulimit -f \(blocks); exec \"$0\" -c \"$1\"", Program.path, code],
      output: out, error: error, in: folder,
      environment: ProcessInfo.processInfo.environment)
    return Program.Result(
      exit: exit, out: try String(contentsOf: out, encoding: .utf8),
      error: try String(contentsOf: error, encoding: .utf8))
  }

  @Test("a last checkpoint that was not written gives exit code 6 and a line; the one before stays")
  func lostCheckpoint() throws {
    try Self.withFolder { folder in
      let code = """
        toy = load toy "4" n=256
        m = train(model(vae, toy, hidden=[400]), toy, epochs=2, batch=64, checkpoint="m")
        """
      // The first has no moments of the optimiser, and is a third of the last.
      let result = try limited(40, code, in: folder)
      #expect(result.exit == 6, "\(result.error)")
      #expect(result.error.contains("not written: the last checkpoint is not in m.safetensors"))
      let path = folder.appendingPathComponent("m.safetensors").path
      #expect(FileManager.default.fileExists(atPath: path))
      #expect(try Program.run(["-c", code], in: folder).exit == 0)
      #expect(try limited(1, code.replacing("\"m\"", with: "\"n\""), in: folder).exit == 1)
    }
  }

  @Test("two notebooks of one name in one command are refused before either runs")
  func sameName() throws {
    try Self.withFolder { folder in
      for name in ["q", "q2"] {
        let place = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try Data("```mim\n1\n```\n".utf8).write(to: place.appendingPathComponent("same.mimnb"))
      }
      let result = try Program.run(["run", "q/same.mimnb", "q2/same.mimnb"], in: folder)
      #expect(result.exit == 2)
      #expect(result.error.contains("both would write to `out/same`"))
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("out").path))
    }
  }

  @Test("a notebook called ...mimnb writes below out/, not above it")
  func dots() throws {
    try Self.withFolder { folder in
      for name in ["...mimnb", "..mimnb", ".mimnb"] {
        try Data("```mim\n1\n```\n".utf8).write(to: folder.appendingPathComponent(name))
        #expect(try Program.run(["run", name], in: folder).exit == 0)
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(names == ["...mimnb", "..mimnb", ".mimnb", "out"])
      let out = folder.appendingPathComponent("out").path
      #expect(try FileManager.default.contentsOfDirectory(atPath: out) == ["notebook"])
    }
  }

  @Test(
    "two runs at once into one folder: the second is refused, the first is whole; what a killed one left is removed"
  )
  func oneFolder() throws {
    try Self.withFolder { folder in
      let text = """
        ```mim
        toy = load toy "4"
        m = train(model(vae, toy, hidden=[200]), toy, epochs=100000, patience=100000)
        ```

        """
      try Data(text.utf8).write(to: folder.appendingPathComponent("long.mimnb"))
      let first = try Spawn.start(
        [Program.path, "run", "long.mimnb"], output: folder.appendingPathComponent("o"),
        error: folder.appendingPathComponent("e"), in: folder,
        environment: Program.environment(cache: folder.appendingPathComponent("cache")))
      let record = folder.appendingPathComponent("out/long/run.json").path
      for _ in 0..<4000 where !FileManager.default.fileExists(atPath: record) { usleep(25_000) }
      let second = try Program.run(["run", "long.mimnb"], in: folder)
      #expect(second.exit == 2)
      #expect(second.error.contains("another run is writing into `out/long`"))
      kill(first, SIGKILL)
      _ = try Spawn.wait(for: first)
      let leftover = folder.appendingPathComponent("out/long/figures/a.png.4194303-0.part")
      try FileManager.default.createDirectory(
        at: leftover.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("half".utf8).write(to: leftover)
      let third = try Program.run(["run", "long.mimnb", "--timeout", "1"], in: folder)
      #expect(third.exit == 124)
      #expect(!FileManager.default.fileExists(atPath: leftover.path))
    }
  }
}
