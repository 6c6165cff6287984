import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Checkpoints")
struct CheckpointTests {
  /// A checkpoint path in a fresh folder.
  private static func withPath(_ body: (String) throws -> Void) throws {
    try DataFixtures.withFolder { try body("\($0)/runs/m.safetensors") }
  }

  private func train(
    _ checkpoint: CheckpointOptions?, on data: Dataset = Small.toy(),
    _ options: TrainingOptions = Small.options(epochs: 6), start: Model? = nil,
    stopAfter steps: Int = .max, heard: ((CheckpointEvent) -> Void)? = nil
  ) throws -> Model {
    var taken = 0
    var observer = TrainingObserver()
    observer.shouldStop = {
      taken += 1
      return taken > steps
    }
    if let heard { observer.onCheckpoint = heard }
    return try Trainer.train(
      start ?? Model(specification: Small.specification(), seed: 2), on: data, options: options,
      checkpoint: checkpoint, observer: observer)
  }

  @Test(
    "stopped at any step and gone on with, it gives the bytes of the unbroken training",
    arguments: [KeepRule.best, .bestFromStart, .last])
  func exactResume(keep: KeepRule) throws {
    for data in [Small.toy(), Small.points()] {
      var options = Small.options(epochs: 6)
      options.keep = keep
      let whole = try train(nil, on: data, options).safetensors()
      for steps in [0, 1, 7, 8, 9, 20, 33] {
        try Self.withPath { path in
          let checkpoint = CheckpointOptions(path: path)
          _ = try train(checkpoint, on: data, options, stopAfter: steps)
          _ = try train(checkpoint, on: data, options, stopAfter: 3)
          let resumed = try train(checkpoint, on: data, options)
          #expect(try resumed.safetensors() == whole, "stopped after \(steps)")
        }
      }
    }
  }

  @Test(
    "image models go on exactly too: running statistics and sampled images",
    arguments: [NetworkChoice.conv, .pixelcnn(layers: 2, channels: 4)],
    [ObjectiveChoice.mim, .vae])
  func imageModels(decoder: NetworkChoice, objective: ObjectiveChoice) throws {
    let data = BinaryPictures.binary(24)
    var options = Small.options(epochs: 3)
    (options.batch, options.warmup, options.optimizer) = (8, 2, .gradientNormalised)
    let start = try Model(
      specification: BinaryPictures.specification(objective, decoder: decoder), seed: 2)
    let whole = try train(nil, on: data, options, start: start).safetensors()
    for steps in [2, 7] {
      try Self.withPath { path in
        let checkpoint = CheckpointOptions(path: path)
        _ = try train(checkpoint, on: data, options, start: start, stopAfter: steps)
        let resumed = try train(checkpoint, on: data, options, start: start)
        #expect(try resumed.safetensors() == whole, "stopped after \(steps)")
      }
    }
  }

  @Test("a model that was trained before goes on exactly too")
  func trainedBefore() throws {
    let start = try train(nil, Small.options(epochs: 3))
    let whole = try train(nil, Small.options(epochs: 4), start: start).safetensors()
    try Self.withPath { path in
      let checkpoint = CheckpointOptions(path: path)
      _ = try train(checkpoint, Small.options(epochs: 4), start: start, stopAfter: 13)
      let resumed = try train(checkpoint, Small.options(epochs: 4), start: start)
      #expect(try resumed.safetensors() == whole)
    }
  }

  @Test("a finished training is not repeated; more epochs go on from it")
  func finished() throws {
    try Self.withPath { path in
      let checkpoint = CheckpointOptions(path: path)
      let first = try train(checkpoint, Small.options(epochs: 3))
      var events: [CheckpointEvent] = []
      let second = try train(checkpoint, Small.options(epochs: 3), stopAfter: 0) {
        events.append($0)
      }
      #expect(try second.safetensors() == first.safetensors())
      #expect(events == [.resumed(epoch: 3, step: 24, isFinished: true)])
      let more = try train(checkpoint, Small.options(epochs: 5))
      #expect(
        try more.safetensors() == train(nil, Small.options(epochs: 5)).safetensors())
      #expect(throws: ModelError.self) { try train(checkpoint, Small.options(epochs: 4)) }
    }
  }

  @Test("load opens a checkpoint as the model of that moment, with its optimiser state")
  func opensAsModel() throws {
    var options = Small.options(epochs: 6)
    options.keep = .last
    try Self.withPath { path in
      let partial = try train(CheckpointOptions(path: path), options, stopAfter: 21)
      let loaded = try Model(contentsOf: path)
      #expect(try loaded.safetensors() == partial.safetensors())
      #expect(loaded.training?.step == 21)
    }
  }

  @Test("it is written as often as asked, and nothing is left beside it")
  func interval() throws {
    try Self.withPath { path in
      var written: [UInt64] = []
      _ = try train(
        CheckpointOptions(path: path, interval: 0), Small.options(epochs: 1)
      ) {
        if case .written(let step) = $0 { written.append(step) }
      }
      #expect(written == Array(0...8))
      try AtomicFile.write("rest of a process that is gone", to: "\(path).4194303-0.part")
      _ = try train(CheckpointOptions(path: path), Small.options(epochs: 1))
      let folder = try #require(AtomicFile.folder(of: path))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["m.safetensors"])
    }
  }

  /// What makes a training another one, and how the message names it.
  struct Difference: Sendable, CustomTestStringConvertible {
    let words: String
    let change: @Sendable (inout ModelSpecification, inout TrainingOptions, inout Dataset) -> Void
    var testDescription: String { words }
  }

  private static let differences = [
    Difference(words: "batch was 128, now 64") {
      $1.batch = 64; _ = ($0, $2)
    },
    Difference(words: "lr was 0.001, now 0.002") {
      $1.learningRate = 2e-3; _ = ($0, $2)
    },
    Difference(words: "seed was 1, now 3") {
      $1.seed = 3; _ = ($0, $2)
    },
    Difference(words: "z was [2], now [3]") {
      $0.latentSize = 3; _ = ($1, $2)
    },
    Difference(words: "enc was mlp(16), now mlp(9)") {
      $0.encoder = .mlp([9]); _ = ($1, $2)
    },
    Difference(words: "the data differs") {
      $2 = Small.toy(1024, validation: 300); _ = ($0, $1)
    },
  ]

  @Test(
    "a checkpoint of another training is refused, says what differs, and stays",
    arguments: differences)
  func otherTraining(_ difference: Difference) throws {
    try Self.withPath { path in
      _ = try train(CheckpointOptions(path: path), stopAfter: 9)
      let before = try FileReader.bytes(of: path)
      var (specification, options) = (Small.specification(), Small.options(epochs: 6))
      var data = Small.toy()
      difference.change(&specification, &options, &data)
      let start = try Model(specification: specification, seed: 2)
      #expect {
        try train(CheckpointOptions(path: path), on: data, options, start: start)
      } throws: {
        "\($0)".contains(difference.words) && "\($0)".contains("force=true")
      }
      #expect(try FileReader.bytes(of: path) == before)
      let anew = try train(
        CheckpointOptions(path: path, startsAnew: true), on: data, options, start: start)
      #expect(
        try anew.safetensors() == train(nil, on: data, options, start: start).safetensors())
    }
  }

  @Test("two trainings at once cannot share a name")
  func oneWriter() throws {
    try Self.withPath { path in
      var other: (any Error)?
      var observer = TrainingObserver()
      observer.onEpoch = { progress in
        guard progress.record.epoch == 1 else { return }
        do { _ = try train(CheckpointOptions(path: path, startsAnew: true)) } catch {
          other = error
        }
      }
      _ = try Trainer.train(
        Model(specification: Small.specification(), seed: 2), on: Small.toy(),
        options: Small.options(epochs: 2), checkpoint: CheckpointOptions(path: path),
        observer: observer)
      #expect(other.map { "\($0)".contains("still running") } == true)
      _ = try train(CheckpointOptions(path: path), Small.options(epochs: 2))
    }
  }

  @Test("other starting weights are told from the same ones")
  func otherStart() throws {
    try Self.withPath { path in
      _ = try train(CheckpointOptions(path: path), stopAfter: 9)
      let start = try Model(specification: Small.specification(), seed: 3)
      #expect {
        try train(CheckpointOptions(path: path), start: start)
      } throws: { "\($0)".contains("other weights") }
    }
  }

  @Test(
    "a flipped bit is never trained on with: the checkpoint before takes its place, and the file is kept"
  )
  func flippedBit() throws {
    let whole = try train(nil).safetensors()
    try Self.withPath { path in
      let options = CheckpointOptions(path: path)
      _ = try train(options, stopAfter: 9)
      _ = try train(options, stopAfter: 9)
      let good = try FileReader.bytes(of: path)
      for place in stride(from: 8, to: good.count, by: good.count / 7) {
        var bytes = good
        bytes[place] ^= 4
        try AtomicFile.write(bytes, to: path)
        var events: [CheckpointEvent] = []
        _ = try train(options, stopAfter: 0) { events.append($0) }
        #expect(events.prefix(2) == [.tookEarlier, .resumed(epoch: 1, step: 9, isFinished: false)])
        #expect(try FileReader.bytes(of: options.damagedPath) == bytes)
      }
      #expect(try train(options).safetensors() == whole)
      #expect(!AtomicFile.exists(options.earlierPath))
    }
  }

  @Test(
    "where nothing can be written, a damaged checkpoint stays in its place, and so does the one before it"
  )
  func damagedOnFullDisk() throws {
    let whole = try train(nil).safetensors()
    try Self.withPath { path in
      let options = CheckpointOptions(path: path)
      _ = try train(options, stopAfter: 9)
      _ = try train(options, stopAfter: 9)
      var bytes = try FileReader.bytes(of: path)
      bytes[bytes.count / 2] ^= 4
      try AtomicFile.write(bytes, to: path)
      // Every name that the new file could be written under is taken.
      let names = (0..<100).map {
        "\(path).\(ProcessInfo.processInfo.processIdentifier)-\($0).part"
      }
      for name in names { try Data().write(to: URL(fileURLWithPath: name)) }
      _ = try? train(options, stopAfter: 0)
      #expect(try FileReader.bytes(of: path) == bytes)
      #expect(AtomicFile.exists(options.earlierPath))
      names.forEach(AtomicFile.remove)
      var events: [CheckpointEvent] = []
      let model = try train(options) { events.append($0) }
      #expect(events.first == .tookEarlier)
      #expect(try model.safetensors() == whole)
    }
  }

  @Test("without a sound one before it, a damaged checkpoint is refused and stays")
  func flippedBits() throws {
    try Self.withPath { path in
      let options = CheckpointOptions(path: path)
      _ = try train(options, stopAfter: 9)
      let good = try FileReader.bytes(of: path)
      AtomicFile.remove(options.earlierPath)
      for bit in stride(from: 0, to: good.count * 8, by: good.count * 8 / 100 | 1) {
        var bytes = good
        bytes[bit / 8] ^= 1 << (bit % 8)
        try AtomicFile.write(bytes, to: path)
        #expect { try train(options) } throws: { "\($0)".contains(path) }
        #expect(try FileReader.bytes(of: path) == bytes)
      }
    }
  }

  @Test("damaged, hostile and foreign files are refused and stay as they are")
  func hostile() throws {
    try Self.withPath { path in
      _ = try train(CheckpointOptions(path: path), stopAfter: 9)
      let good = try FileReader.bytes(of: path)
      AtomicFile.remove(CheckpointOptions(path: path).earlierPath)
      func refuses(_ bytes: [UInt8], _ what: String) throws {
        try AtomicFile.write(bytes, to: path)
        #expect(throws: ModelError.self, "\(what)") { try train(CheckpointOptions(path: path)) }
        #expect(try FileReader.bytes(of: path) == bytes)
      }
      for length in stride(from: 0, to: good.count, by: good.count / 19) {
        try refuses(Array(good[..<length]), "cut at \(length)")
      }
      try refuses(Array("no safetensors at all, only text".utf8), "text")
      let file = try SafeTensors(bytes: good, path: path)
      func refuses(_ what: String, _ change: (inout SafeTensors) -> Void) throws {
        var changed = file
        change(&changed)
        try refuses(changed.encoded(), what)
      }
      let key = "mim.checkpoint"
      let state = try #require(file.metadata[key])
      func rewrites(_ from: String, _ to: String) throws {
        #expect(state.contains(from), "\(from) in \(state)")
        try refuses("\(from) → \(to)") {
          $0.metadata[key] = state.replacingOccurrences(of: from, with: to)
        }
      }
      try refuses("no state") { $0.metadata[key] = nil }
      try refuses("no JSON") { $0.metadata[key] = "[" }
      try rewrites("\"step\":9", "\"step\":18446744073709551615")
      try rewrites("\"step\":9", "\"step\":10")
      try rewrites("\"epoch\":1", "\"epoch\":-1")
      try rewrites("\"batch\":1", "\"batch\":-1")
      try rewrites("\"batch\":1", "\"batch\":9223372036854775807")
      let name = try #require(
        file.tensors.keys.filter { $0.hasPrefix("checkpoint.") && !$0.contains("optimizer") }.min())
      try refuses("hole") { $0.tensors[name] = nil }
      try refuses("shape") { $0.tensors[name] = .float32(HostArray(repeating: 0, shape: [3])) }
      try refuses("type") { $0.tensors[name] = .int32(HostArray(repeating: 0, shape: [2])) }
      try refuses("NaN") {
        let shape = $0.tensors[name]?.shape ?? []
        $0.tensors[name] = .float32(HostArray(repeating: .nan, shape: shape))
      }
    }
  }

  @Test("a model file is no checkpoint, and is not written over without force")
  func modelFile() throws {
    try Self.withPath { path in
      let model = try train(nil, Small.options(epochs: 1))
      try model.write(to: path)
      #expect {
        try train(CheckpointOptions(path: path))
      } throws: { "\($0)".contains("not a training checkpoint") }
      #expect(try Model(contentsOf: path).parameters == model.parameters)
    }
  }

  @Test("a place that cannot be written to is an error before the first step")
  func unwritable() throws {
    try DataFixtures.withFolder { folder in
      try AtomicFile.write("a file", to: "\(folder)/file")
      var steps = 0
      var observer = TrainingObserver()
      observer.onStep = { _ in steps += 1 }
      #expect(throws: FileError.self) {
        try Trainer.train(
          Model(specification: Small.specification(), seed: 2), on: Small.toy(),
          options: Small.options(epochs: 1),
          checkpoint: CheckpointOptions(path: "\(folder)/file/c.safetensors"), observer: observer)
      }
      #expect(steps == 0)
    }
  }
}
