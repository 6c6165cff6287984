import Foundation
import Testing

/// Training that is cut off, by the built binary.
@Suite("Checkpoints of the program")
struct CheckpointTests {
  /// A training of 6,000 steps; its words after the options are for checkpoints.
  private static func script(_ options: String) -> String {
    """
    toy = load toy "4" n=1280 seed=3
    m0 = model mim toy z=2 hidden=[30] seed=4
    m = train m0 toy epochs=300 batch=64 warmup=3 patience=300 seed=5 \(options)
    save m "final" force=true
    """
  }

  private static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private static func final(in folder: URL) throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent("final.safetensors"))
  }

  /// The bytes of the training that nothing disturbed.
  private static let unbroken: Result<Data, any Error> = Result {
    var bytes = Data()
    try withFolder { folder in
      let result = try Program.run(["-c", script("")], in: folder)
      #expect(result.exit == 0, "\(result.error)")
      bytes = try final(in: folder)
    }
    return bytes
  }

  /// Starts the training, sends a signal a moment after its checkpoint was written anew. A training that had ended by then (on a busy
  /// machine the moment can be long) is forgotten, and another one starts.
  /// - Returns: the exit status.
  private func cutOff(
    _ script: String, in folder: URL, with signal: Int32, within microseconds: UInt32
  ) throws -> Int32 {
    var exit: Int32 = 0
    for attempt in 0..<40 {
      exit = try cutOff(
        script, in: folder, with: signal,
        after: .random(in: 0...microseconds / UInt32(1 + attempt)))
      guard exit == 0 else { break }
      try FileManager.default.removeItem(at: folder.appendingPathComponent("runs"))
    }
    return exit
  }

  private func cutOff(
    _ script: String, in folder: URL, with signal: Int32, after microseconds: UInt32
  ) throws -> Int32 {
    let checkpoint = folder.appendingPathComponent("runs/m.safetensors").path
    var before = stat()
    _ = stat(checkpoint, &before)
    let process = try Spawn.start(
      [Program.path, "-c", script], output: folder.appendingPathComponent("out"),
      error: folder.appendingPathComponent("err"), in: folder,
      environment: ProcessInfo.processInfo.environment)
    // A new file has taken the place of the old one, or (the limit) the training has ended.
    for _ in 0..<4000 {
      var now = stat()
      if stat(checkpoint, &now) == 0, now.st_ino != before.st_ino { break }
      usleep(500)
    }
    usleep(microseconds)
    kill(process, signal)
    return try Spawn.wait(for: process)
  }

  @Test("killed at random steps, the same line goes on to the bytes of the unbroken training")
  func killed() throws {
    let expected = try Self.unbroken.get()
    try Self.withFolder { folder in
      let script = Self.script("checkpoint=\"runs/m\" checkpoint_every=0.0002")
      for _ in 0..<4 {
        #expect(try cutOff(script, in: folder, with: SIGKILL, within: 120_000) == 137)
      }
      let result = try Program.run(["-c", script], in: folder)
      #expect(result.exit == 0, "\(result.error)")
      #expect(result.error.contains("continuing from") || result.error.contains("not repeated"))
      #expect(try Self.final(in: folder) == expected)
      let left = try FileManager.default.contentsOfDirectory(
        atPath: folder.appendingPathComponent("runs").path)
      #expect(left == ["m.safetensors"])
    }
  }

  @Test("a distillation that is killed goes on to the bytes of the unbroken one")
  func killedDistillation() throws {
    func script(_ options: String) -> String {
      """
      toy = load toy "4" n=512 seed=3
      t = train model(flow, toy, flow=made(hidden=16), seed=4) toy epochs=3 seed=5
      s = distill model(flow, toy, flow=iaf(2, hidden=16), seed=6) t epochs=3000 items=6400 batch=64 seed=7 \(options)
      save s "final" force=true
      """
    }
    try Self.withFolder { folder in
      let whole = try Program.run(["-c", script("")], in: folder)
      #expect(whole.exit == 0, "\(whole.error)")
      let expected = try Self.final(in: folder)
      let again = script("checkpoint=\"runs/m\" checkpoint_every=0.0002")
      for _ in 0..<3 {
        #expect(try cutOff(again, in: folder, with: SIGKILL, within: 120_000) == 137)
      }
      let result = try Program.run(["-c", again], in: folder)
      #expect(result.exit == 0, "\(result.error)")
      // The last kill may have come after the last step.
      #expect(result.error.contains("continuing from") || result.error.contains("not repeated"))
      #expect(try Self.final(in: folder) == expected)
    }
  }

  @Test("Ctrl-C and SIGTERM write the checkpoint at that step", arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) throws {
    let expected = try Self.unbroken.get()
    try Self.withFolder { folder in
      let script = Self.script("checkpoint=\"runs/m\"")
      let exit = try cutOff(script, in: folder, with: signal, within: 20_000)
      #expect(exit == 128 + signal)
      let result = try Program.run(["-c", script], in: folder)
      #expect(result.exit == 0 && result.error.contains("continuing from"), "\(result.error)")
      #expect(try Self.final(in: folder) == expected)
    }
  }

  @Test("a disk that is full half-way: a warning, the last good file stays, and nothing is lost")
  func fullDisk() throws {
    let expected = try Self.unbroken.get()
    try Self.withFolder { folder in
      let script = Self.script("checkpoint=\"runs/m\" checkpoint_every=0.002")
      // Room for the first checkpoints; the history makes later ones longer. Messages count too.
      let limited = try Spawn.run(
        ["sh", "-c", "trap '' XFSZ; ulimit -f 40; exec \"$0\" -c \"$1\"", Program.path, script],
        output: folder.appendingPathComponent("out"), error: folder.appendingPathComponent("err"),
        in: folder, environment: ProcessInfo.processInfo.environment)
      let said = try String(
        contentsOf: folder.appendingPathComponent("err"), encoding: .utf8)
      #expect(said.contains("the checkpoint was not written"), "\(said)")
      #expect(said.contains("error E501"), "saving the model fails too: \(said)")
      #expect(limited == 6)
      #expect(said.contains("not written: the last checkpoint is not in runs/m.safetensors"))
      let result = try Program.run(["-c", script], in: folder)
      #expect(result.exit == 0 && result.error.contains("continuing from"), "\(result.error)")
      #expect(try Self.final(in: folder) == expected)
    }
  }

  @Test("a checkpoint of another training is refused with the way out, before any work")
  func otherTraining() throws {
    try Self.withFolder { folder in
      let script = "toy = load toy \"4\" n=256 seed=3\nm0 = model vae toy seed=4\n"
      let train = "m = train m0 toy epochs=2 batch=64 checkpoint=\"c\" "
      #expect(try Program.run(["-c", script + train + "seed=1"], in: folder).exit == 0)
      let other = try Program.run(["-c", script + train + "seed=2 lr=0.01"], in: folder)
      #expect(other.exit == 1)
      #expect(other.error.contains("error E523") && other.error.contains("seed was 1, now 2"))
      #expect(other.error.contains("lr was 0.001, now 0.01") && other.error.contains("force=true"))
      let forced = try Program.run(["-c", script + train + "seed=2 force=true"], in: folder)
      #expect(forced.exit == 0, "\(forced.error)")
    }
  }
}
