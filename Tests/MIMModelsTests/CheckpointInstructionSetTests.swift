import Foundation
import MIMCPU
import MIMModels
import MIMTensor
import Testing

@Suite("Checkpoints of other instruction sets")
struct CheckpointInstructionSetTests {
  /// A checkpoint path in a fresh folder.
  private func withPath(_ body: (String) throws -> Void) throws {
    try DataFixtures.withFolder { try body("\($0)/runs/m.safetensors") }
  }

  private func train(
    _ checkpoint: CheckpointOptions, stopAfter steps: Int = .max,
    heard: @escaping (CheckpointEvent) -> Void = { _ in }
  ) throws -> Model {
    var taken = 0
    var observer = TrainingObserver()
    observer.shouldStop = {
      taken += 1
      return taken > steps
    }
    observer.onCheckpoint = heard
    return try Trainer.train(
      Model(specification: Small.specification(), seed: 2), on: Small.toy(),
      options: Small.options(epochs: 6), checkpoint: checkpoint, observer: observer)
  }

  /// Writes a checkpoint's training record anew.
  private func rewrite(
    _ path: String, _ change: (inout [String: Any]) -> Void
  ) throws {
    var file = try SafeTensors(contentsOf: path)
    let text = try #require(file.metadata["mim.training"])
    var record = try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    change(&record)
    let bytes = try JSONSerialization.data(withJSONObject: record, options: .sortedKeys)
    file.metadata["mim.training"] = String(decoding: bytes, as: UTF8.self)
    try AtomicFile.write(file.encoded(), to: path)
  }

  @Test("a checkpoint of another instruction set goes on, says so, and remembers both")
  func otherInstructionSet() throws {
    let other = try #require(InstructionSet.allCases.first { $0 != .inUse })
    try withPath { path in
      _ = try train(CheckpointOptions(path: path), stopAfter: 9)
      #expect(try Model(contentsOf: path).training?.instructionSets == [.inUse])
      try rewrite(path) { $0["instructionSets"] = [other.rawValue] }
      var events: [CheckpointEvent] = []
      let resumed = try train(CheckpointOptions(path: path)) { events.append($0) }
      #expect(events.contains(.computedWith([other])))
      #expect(resumed.training?.instructionSets == [other, .inUse])
      #expect(resumed.training?.usesOtherInstructionSets == true)
    }
  }

  @Test("a checkpoint of a version that didn't note the instruction set goes on as it did")
  func unknownInstructionSet() throws {
    try withPath { path in
      _ = try train(CheckpointOptions(path: path), stopAfter: 9)
      try rewrite(path) { $0["instructionSets"] = nil }
      #expect(try Model(contentsOf: path).training?.instructionSets == nil)
      var events: [CheckpointEvent] = []
      let resumed = try train(CheckpointOptions(path: path)) { events.append($0) }
      #expect(events.first == .resumed(epoch: 1, step: 9, isFinished: false))
      #expect(!events.contains { if case .computedWith = $0 { true } else { false } })
      #expect(resumed.training?.usesOtherInstructionSets == false)
    }
  }
}
