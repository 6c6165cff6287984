import Foundation
import Testing

@Suite("Events, read by TensorBoard")
struct TensorBoardTests {
  /// A Python that has the package tensorboard: $MIM_PYTHON, or python3.
  private static let python =
    ProcessInfo.processInfo.environment["MIM_PYTHON"] ?? "python3"

  private static func output(_ code: String, _ arguments: String...) -> String? {
    guard let folder = try? Program.temporaryFolder() else { return nil }
    defer { try? FileManager.default.removeItem(at: folder) }
    let out = folder.appendingPathComponent("out")
    let status = try? Spawn.run(
      [python, "-c", code] + arguments, output: out, error: folder.appendingPathComponent("err"),
      environment: ProcessInfo.processInfo.environment)
    return status == 0 ? try? String(contentsOf: out, encoding: .utf8) : nil
  }

  private static let hasTensorBoard = output("import tensorboard") != nil

  /// The tags and values of all runs below a folder, as TensorBoard's own reader has them.
  private static let reader = """
    import json, os, sys
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    runs = {}
    for root, _, files in os.walk(sys.argv[1]):
        if any("tfevents" in name for name in files):
            run = EventAccumulator(root)
            run.Reload()
            runs[os.path.relpath(root, sys.argv[1])] = {
                tag: [[event.step, event.value] for event in run.Scalars(tag)] for tag in run.Tags()["scalars"]}
    print(json.dumps(runs))
    """

  @Test(
    "TensorBoard reads the numbers that the history has",
    .enabled(if: hasTensorBoard, "needs a Python with tensorboard: MIM_PYTHON=…/python"))
  func numbers() throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let code = """
      toy = load toy "4" n=256
      m = train(model(vae, toy, z=2, hidden=[5]), toy, epochs=4, lr=0.002)
      save m.history "history.csv"
      """
    let result = try Program.run(["--events", "events", "-c", code], in: folder)
    #expect(result.exit == 0, "\(result.error)")
    let text = try #require(Self.output(Self.reader, folder.path + "/events"))
    let json = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let runs = try #require(json as? [String: [String: [[Double]]]])
    #expect(Array(runs.keys) == ["m"])
    let run = try #require(runs["m"])
    let csv = try String(contentsOfFile: folder.path + "/history.csv", encoding: .utf8)
    let lines = csv.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    for (tag, column) in [("loss/train", "loss"), ("loss/val", "val_loss"), ("kl/train", "kl")] {
      guard let place = lines[0].firstIndex(of: column) else { continue }
      let values = try #require(run[tag], "\(tag) of \(run.keys)")
      #expect(values.map { $0[0] } == [1, 2, 3, 4])
      for (event, line) in zip(values, lines.dropFirst()) {
        let wanted = try #require(Double(line[place]))
        #expect(abs(event[1] - wanted) <= 1e-5 * abs(wanted), "\(tag)")
      }
    }
    #expect(run["learning_rate"]?.count == 4)
  }
}
