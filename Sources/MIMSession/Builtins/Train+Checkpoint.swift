import MIMCPU
import MIMModels
import MIMScript
import MIMTensor

extension HostCall {
  /// Where `train … checkpoint="runs/amim"` or `distill …` keeps its file: `runs/amim.safetensors`, in the output
  /// folder under `run`; nil without the option.
  func checkpointOptions() throws -> CheckpointOptions? {
    guard let name = text("checkpoint") else { return nil }
    try SessionContext.checkName(name, at: span(of: "checkpoint"))
    let ending = ".safetensors"
    let stem = name.lowercased().hasSuffix(ending) ? String(name.dropLast(ending.count)) : name
    // A smoke test's few epochs must not stand in the way of the whole training, nor it in theirs.
    let quick = try session.settings.quick ? "-quick" : ""
    let path = try session.target(of: stem + quick + ending, for: self)
    // Whether the file may be taken up is for the trainer to say, which knows what it is.
    try session.claim(path, for: self, force: true)
    return CheckpointOptions(
      path: path, interval: (number("checkpoint_every") ?? 10) * 60, startsAnew: flag("force"))
  }
}

extension HostFunction {
  /// The options of a verb that trains: those that `checkpointOptions()` of a call reads.
  static let checkpointOptions = [
    Parameter(
      "checkpoint", .optional(.path), default: Value.none,
      "a file to continue from after a crash; finished training is not repeated"),
    Parameter(
      "checkpoint_every", .number(0...1e6), default: .number(10),
      "minutes between checkpoints; 0: after every step"),
    Parameter(
      "force", .bool, default: .bool(false),
      "start again and overwrite an existing checkpoint= file"),
  ]

  /// Throws E220 for options that need `checkpoint=`, and for those that it can't be beside.
  static func checkCheckpointOptions(
    given: Set<String>, values: [String: Value], spans: [String: Span], at span: Span
  ) throws {
    let isUsed = given.contains("checkpoint") && values["checkpoint"]?.isNone != true
    for name in ["checkpoint_every", "force"] where given.contains(name) && !isUsed {
      if values[name]?.asBool == false { continue }
      throw ScriptError(
        "E220", "`\(name)=` has no effect without `checkpoint=`", kind: .check,
        at: spans[name] ?? span, notes: ["leave it out, or add checkpoint=\"runs/name\""])
    }
    guard isUsed, given.contains("frames"), values["frames"]?.isNone != true else { return }
    throw ScriptError(
      "E220", "`frames=` and `checkpoint=` cannot be used together", kind: .check,
      at: spans["frames"] ?? span,
      label: "frames are kept in memory, so a crash would lose them",
      notes: ["leave one of them out"])
  }
}

extension InstructionSet {
  /// Behind the name of a training that was computed with other sets than the one in use.
  static func warning(_ sets: [InstructionSet]) -> String {
    "was computed with \(sets.titles), and this run uses \(inUse.title): the last digits may differ "
      + "from those of a run on a single instruction set"
  }
}

extension CheckpointOptions {
  /// `runs/amim.safetensors every 10 min`
  var text: String {
    if interval == 0 { return "\(path) after every step" }
    return interval < 60
      ? "\(path) every \(interval.text()) s"
      : "\(path) every \((interval / 60).text()) min"
  }

  /// What the user hears of an event; nil when it is as it should be.
  func line(about event: CheckpointEvent) -> String? {
    switch event {
    case .written: nil
    case .resumed(let epoch, let step, let isFinished):
      isFinished
        ? "\(path) has the finished result of this training (\(epoch.epochText)), which is not repeated "
          + "(force=true starts again)"
        : "continuing from \(path): \(epoch.epochText), \(step) steps done"
    case .tookEarlier:
      "warning: \(path) is damaged and is kept as \(damagedPath); training continues from the "
        + "checkpoint before it, \(earlierPath)"
    case .computedWith(let sets): "\(path) \(InstructionSet.warning(sets))"
    case .failed(let reason):
      "warning: the checkpoint was not written (\(reason)); training continues, and the previous "
        + "checkpoint is still there"
    }
  }
}
