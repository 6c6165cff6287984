import Foundation
import MIMScript
import MIMSession

/// Small verbs with the manners of the real ones.
let fakeTable = HostTable(
  builtinFunctions().filter { ["help", "show", "set", "history", "quit"].contains($0.name) } + [
    metricsVerb, pictureVerb, trainVerb, boomVerb, missingVerb, waitVerb, saveVerb,
  ])

private let metricsVerb = HostFunction(
  "metrics", group: .measure, summary: "a table of numbers", result: "a table",
  resultType: "table", example: "metrics"
) { _ in
  .table(
    Table(
      title: "Metrics",
      columns: [Table.Column("model"), Table.Column("mi", title: "MI (nats)", format: "%.2f")],
      rows: [[.string("MIM"), .number(6.25)], [.string("VAE | <b>"), .number(1.5)]]))
}

private let trainVerb = HostFunction(
  "train", group: .model, summary: "pretend to train",
  options: [
    Parameter("epochs", .integer(1...1000), default: .number(50), "how long"),
    Parameter(
      "metric",
      .word([
        WordSpec("nll", parameters: [Parameter("samples", .integer(1...9999), "draws")], "a metric")
      ]), "what to measure"),
  ],
  result: "a model", resultType: "model", example: "train", isRandom: true
) { call in
  var epochs = 0.0
  if case .number(let number)? = call.options["epochs"] { epochs = number }
  var samples = 0.0
  if case .word(let word)? = call.options["metric"],
    case .number(let number)? = word.named["samples"]
  {
    samples = number
  }
  call.host.progress(
    ProgressUpdate(title: "train", done: epochs, total: epochs, detail: "done", isFinished: true))
  return .object(FakeModel(epochs: epochs, samples: samples, seed: Double(call.seed % 1000)))
}

struct FakeModel: HostObject {
  let epochs: Double
  let samples: Double
  let seed: Double

  var typeName: String { "model" }
  var fieldNames: [String] { ["epochs", "samples", "name"] }
  func field(_ name: String) -> Value? {
    switch name {
    case "epochs": .number(epochs)
    case "samples": .number(samples)
    case "name": .string("a*b")
    default: nil
    }
  }
  func summary(width: Int) -> [String] { ["model after \(Int(epochs)) epochs"] }
  var json: JSON { .object([("epochs", .number(epochs)), ("seed", .number(seed))]) }
}

private let boomVerb = HostFunction(
  "boom", group: .model, summary: "fail", result: "nothing", example: "boom"
) { call in
  throw ScriptError("E410", "the loss became NaN", at: call.span)
}

private let missingVerb = HostFunction(
  "missing", group: .data, summary: "fail for want of data", result: "nothing", example: "missing"
) { call in
  throw ScriptError("E503", "no such data", kind: .data, at: call.span)
}

private let waitVerb = HostFunction(
  "wait", group: .model, summary: "work until somebody stops it", result: "nothing", example: "wait"
) { call in
  for _ in 0..<2000 where !call.host.isInterrupted { usleep(5000) }
  throw ScriptError(
    "E901", "stopped", kind: .interrupted, at: call.span, partial: .number(7))
}

private let pictureVerb = HostFunction(
  "picture", group: .look, summary: "a figure",
  options: [
    Parameter("save", .path, "file"), Parameter("force", .bool, default: .bool(false), "replace"),
  ],
  result: "a figure", resultType: "figure", example: "picture"
) { call in
  var figure = FakeFigure()
  if case .string(let path)? = call.options["save"] {
    var force = false
    if case .bool(true)? = call.options["force"] { force = true }
    figure.savedFiles = try call.session.writeFigure(figure, to: path, for: call, force: force)
  }
  return .object(figure)
}

private let saveVerb = HostFunction(
  "save", group: .data, summary: "write a text",
  positional: [Parameter("path", .path, "file")],
  options: [Parameter("force", .bool, default: .bool(false), "replace")],
  result: "nothing", example: "save \"x\""
) { call in
  guard case .string(let path)? = call.positional.first else { return .none }
  var force = false
  if case .bool(true)? = call.options["force"] { force = true }
  try call.session.write(Array("text".utf8), to: path, for: call, force: force)
  return .none
}

/// A picture of one pixel; its recipe follows the image data.
struct FakeFigure: RenderableFigure {
  var savedFiles: [String] = []
  var altText: String { "one \"red\" <pixel>" }
  var typeName: String { "figure" }
  var fieldNames: [String] { [] }
  func field(_ name: String) -> Value? { nil }
  func summary(width: Int) -> [String] { ["a figure"] }
  var json: JSON { .string("figure") }

  func render(_ request: FigureRequest) throws -> RenderedFigure {
    let png = """
      iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5E\
      rkJggg==
      """
    let bytes = [UInt8](Data(base64Encoded: png) ?? Data()) + Array(request.recipe.utf8)
    return RenderedFigure(bytes: bytes, pixelHash: "00ff", pixelSize: (300, 300))
  }
}
