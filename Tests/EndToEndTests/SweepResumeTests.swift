import Foundation
import Testing

/// A sweep that is killed and run again.
@Suite("Sweeps of the program")
struct SweepResumeTests {
  private static let code = """
    toy = load toy "4" n=1280
    r = sweep kind=["mim", "vae"] seed=1..6 {
      t = train(model(kind, toy, hidden=[50]), toy, epochs=25, warmup=3, seed=seed)
      evaluate t toy nll rmse knn(5) mi(n=600)
    }
    save r "r.csv" force=true
    """

  private func rows(in folder: URL) throws -> [String] {
    let store = folder.appendingPathComponent("runs.sqlite").path
    let found = try Program.run(["runs", "export", "--store", store])
    return found.out.split(separator: "\n").dropFirst().map(String.init)
  }

  @Test("after SIGKILL the same statement goes on where it stopped, to the same table")
  func killed() throws {
    let folder = try Program.temporaryFolder()
    let other = try Program.temporaryFolder()
    defer {
      for folder in [folder, other] { try? FileManager.default.removeItem(at: folder) }
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = ["-o", folder.path, "-c", Self.code]
    process.standardError = FileHandle.nullDevice
    try process.run()
    var before: [String] = []
    while before.count < 3, process.isRunning {
      usleep(50_000)
      before = try rows(in: folder)
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    before = try rows(in: folder)
    #expect(before.count >= 3)

    let again = try Program.run(["-o", folder.path, "-c", Self.code])
    #expect(again.exit == 0)
    #expect(again.error.contains("(\(before.count) already finished)"))
    let after = try rows(in: folder)
    #expect(after.count == 12)
    // A row that was run again would carry another time.
    #expect(Set(before).isSubset(of: Set(after)))

    let unbroken = try Program.run(["-o", other.path, "--jobs", "1", "-c", Self.code])
    #expect(unbroken.exit == 0)
    let files = try [folder, other].map {
      try Data(contentsOf: $0.appendingPathComponent("r.csv"))
    }
    #expect(files[0] == files[1])
  }

  @Test("a row that fails by NaN is in the table, the exit code is 1")
  func failedRow() throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let found = try Program.run([
      "-o", folder.path, "-c",
      """
      toy = load toy "4" n=256
      r = sweep lr=[1e-3, 900] {
        evaluate(train(model("vae", toy, hidden=[4]), toy, epochs=2, lr=lr), toy, nll)
      }
      r
      """,
    ])
    #expect(found.exit == 1)
    #expect(found.out.contains("E410"))
    #expect(found.error.contains("the sweep continues"))
  }

  @Test("plan=true lists rows with parameters, memory and time, and stores nothing")
  func plan() throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let found = try Program.run([
      "-o", folder.path, "-c",
      """
      toy = load toy "4" n=1280
      sweep(plan=true) kind=["mim", "vae"] hidden=[5, 50] {
        evaluate(train(model(kind, toy, hidden=[hidden]), toy, epochs=9999), toy, mi)
      }
      """,
    ])
    #expect(found.exit == 0)
    for part in ["4 rows (plan only, nothing was run)", "parameters", "memory (MB)", "at most"] {
      #expect(found.out.contains(part), "\(part)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
