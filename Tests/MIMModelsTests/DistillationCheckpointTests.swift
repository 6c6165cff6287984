import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Checkpoints of distillations")
struct DistillationCheckpointTests {
  private static func specification(_ flow: FlowChoice) -> ModelSpecification {
    var specification = ModelSpecification(
      objective: .flow, itemDimensions: [4], valueKind: .real, latentSize: 4)
    specification.flow = flow
    return specification
  }

  private static func teacher(
    _ flow: FlowChoice = .made(hidden: 8, outputs: "normal"), seed: UInt64 = 1
  ) throws -> Model {
    try Model(specification: specification(flow), seed: seed)
  }

  private static func options(epochs: Int = 4) -> TrainingOptions {
    var options = TrainingOptions()
    (options.epochs, options.batch, options.warmup) = (epochs, 32, 0)
    (options.patience, options.learningRate) = (epochs, 1e-2)
    return options
  }

  /// A distillation that the observer stops before step `steps` + 1.
  private static func distil(
    _ checkpoint: CheckpointOptions?, _ student: FlowChoice = .iaf(2, hidden: 8),
    from teacher: Model, items: Int = 256, seed: UInt64 = 1, threads: Int = 1,
    _ distillation: DistillationOptions = DistillationOptions(), epochs: Int = 4,
    stopAfter steps: Int = .max, heard: ((CheckpointEvent) -> Void)? = nil
  ) throws -> Model {
    let data = try Trainer.distillationData(
      of: teacher, items: items, validation: 64, seed: seed, threads: threads)
    var taken = 0
    var observer = TrainingObserver()
    observer.shouldStop = {
      taken += 1
      return taken > steps
    }
    if let heard { observer.onCheckpoint = heard }
    return try Trainer.distill(
      Model(specification: specification(student), seed: 2), from: teacher, on: data,
      distillation: distillation, options: options(epochs: epochs), checkpoint: checkpoint,
      observer: observer)
  }

  private static func withPath(_ body: (String) throws -> Void) throws {
    try DataFixtures.withFolder { try body("\($0)/runs/s.safetensors") }
  }

  @Test(
    "stopped at any step and gone on with, it gives the bytes of the unbroken one, in each form of the loss",
    arguments: [
      (FlowChoice.iaf(2, hidden: 8), FlowChoice.made(hidden: 8, outputs: "normal")),
      (.iaf(2, hidden: 8, isLogistic: true), .made(hidden: 8, logistics: 2)),
      (.realnvp(2, hidden: 8), .maf(2, hidden: 8)),
    ])
  func exactResume(student: FlowChoice, teacher: FlowChoice) throws {
    let teacher = try Self.teacher(teacher)
    let whole = try Self.distil(nil, student, from: teacher).safetensors()
    for steps in [0, 1, 8, 13, 30] {
      try Self.withPath { path in
        let checkpoint = CheckpointOptions(path: path)
        _ = try Self.distil(checkpoint, student, from: teacher, stopAfter: steps)
        _ = try Self.distil(checkpoint, student, from: teacher, stopAfter: 1)
        let resumed = try Self.distil(checkpoint, student, from: teacher)
        #expect(try resumed.safetensors() == whole, "stopped after \(steps)")
      }
    }
  }

  @Test("a finished one is not repeated; more epochs go on from it")
  func finished() throws {
    let teacher = try Self.teacher()
    try Self.withPath { path in
      let checkpoint = CheckpointOptions(path: path)
      let first = try Self.distil(checkpoint, from: teacher, epochs: 3)
      var events: [CheckpointEvent] = []
      let second = try Self.distil(checkpoint, from: teacher, epochs: 3, stopAfter: 0) {
        events.append($0)
      }
      #expect(try second.safetensors() == first.safetensors())
      #expect(events == [.resumed(epoch: 3, step: 24, isFinished: true)])
      let more = try Self.distil(checkpoint, from: teacher)
      #expect(try more.safetensors() == Self.distil(nil, from: teacher).safetensors())
    }
  }

  @Test("another teacher, other items, draws or scales, and a training on data are told apart")
  func otherDistillation() throws {
    let teacher = try Self.teacher()
    try Self.withPath { path in
      let checkpoint = CheckpointOptions(path: path)
      _ = try Self.distil(checkpoint, from: teacher, stopAfter: 5)
      let before = try FileReader.bytes(of: path)
      func refuses(_ words: String, _ run: () throws -> Model) throws {
        #expect("\(words)") { try run() } throws: {
          "\($0)".contains(words) && "\($0)".contains("force=true")
        }
        #expect(try FileReader.bytes(of: path) == before)
      }
      try refuses("the teacher differs") {
        try Self.distil(checkpoint, from: Self.teacher(seed: 3))
      }
      try refuses("items was 256, now 512") {
        try Self.distil(checkpoint, from: teacher, items: 512)
      }
      var others = DistillationOptions()
      others.draws = 5
      try refuses("draws was 4, now 5") { try Self.distil(checkpoint, from: teacher, others) }
      others = DistillationOptions()
      others.scales = 2
      try refuses("scales was 0.0, now 2.0") { try Self.distil(checkpoint, from: teacher, others) }
      try refuses("flow was iaf(2, hidden=8, noise=normal), now iaf(3") {
        try Self.distil(checkpoint, .iaf(3, hidden: 8), from: teacher)
      }
      // The items that the teacher drew are no input of the loss: with others it is the same distillation.
      let resumed = try Self.distil(checkpoint, from: teacher, seed: 9)
      #expect(
        try resumed.safetensors() == Self.distil(nil, from: teacher).safetensors())
    }
    try Self.withPath { path in
      let checkpoint = CheckpointOptions(path: path)
      let data = try Trainer.distillationData(
        of: teacher, items: 256, validation: 64, seed: 1, threads: 1)
      let start = try Model(specification: Self.specification(.realnvp(2, hidden: 8)), seed: 2)
      _ = try Trainer.train(start, on: data, options: Self.options(), checkpoint: checkpoint)
      #expect {
        try Self.distil(checkpoint, .realnvp(2, hidden: 8), from: teacher)
      } throws: {
        "\($0)".contains("it learns from data, not from a teacher")
      }
    }
  }
}
