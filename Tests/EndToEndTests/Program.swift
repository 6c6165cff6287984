import Foundation

/// The built binary, run as a user would.
enum Program {
  /// The folder of the built products: where this test bundle lies.
  static let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()

  /// `mim-repl`.
  static var path: String { products.appendingPathComponent("mim-repl").path }

  /// The root of the package.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// What a finished run left.
  struct Result {
    let exit: Int32
    let out: String
    let error: String
  }

  /// Runs the binary with arguments and standard input, waits for its end.
  static func run(
    _ arguments: [String], input: String = "", in folder: URL? = nil,
    environment: [String: String] = [:]
  ) throws -> Result {
    let files = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: files) }
    // Files, not pipes: a full pipe would stop a talkative program.
    let stdin = files.appendingPathComponent("in")
    let (out, error) = (files.appendingPathComponent("out"), files.appendingPathComponent("err"))
    try Data(input.utf8).write(to: stdin)
    let exit = try Spawn.run(
      [path] + arguments, input: stdin, output: out, error: error, in: folder,
      environment: Program.environment(cache: files).merging(environment) { _, new in new })
    return Result(
      exit: exit, out: try String(contentsOf: out, encoding: .utf8),
      error: try String(contentsOf: error, encoding: .utf8))
  }

  /// This process's environment with a cache of its own: a test must not pass because of what an earlier run kept.
  static func environment(cache folder: URL) -> [String: String] {
    ProcessInfo.processInfo.environment.merging(["XDG_CACHE_HOME": folder.path]) { $1 }
  }

  /// A fresh folder; the caller removes it.
  static func temporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mim-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}
