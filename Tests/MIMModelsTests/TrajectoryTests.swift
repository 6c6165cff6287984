import Foundation
import MIMModels
import MIMTensor
import Testing

/// Training beside PyTorch: the same weights, batches and noise (Tests/References/trajectory.py, whose losses are those of the authors' code on the
/// oracle's files).
@Suite("Trajectory of a training")
struct TrajectoryTests {
  private static let path = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/trajectory.safetensors").path

  private static let streams = [
    NoiseStream.posterior, NoiseStream.anchor, NoiseStream.likelihood, NoiseStream.reconstruction,
  ]

  /// A plan of the step, with inputs for everything that is drawn.
  private struct Step {
    let training: TrainingStep
    let inputs: [String: Tensor]

    init(_ specification: ModelSpecification, _ store: ParameterStore, decodes: Bool) throws {
      var options = TrainingOptions()
      options.batch = TrajectoryTests.batch
      var inputs: [String: Tensor] = [:]
      training = try TrainingStep(
        specification.network(), specification: specification, store: store, options: options,
        decoderBranch: decodes, binarises: false
      ) { graph in
        for stream in TrajectoryTests.streams {
          inputs[stream] = graph.input("given \(stream)", shape: [TrajectoryTests.batch, 2])
        }
        return NoiseSource.given(inputs, in: graph)
      }
      self.inputs = inputs
      training.plan.set(training.learningRate, to: 2e-3)
    }
  }

  private static let batch = 8

  @Test("200 steps of both branches: every loss and the last weights are PyTorch's within 1e-3")
  func trajectory() throws {
    let file = try SafeTensors(contentsOf: Self.path)
    func array(_ name: String) throws -> HostArray<Float> {
      try #require(file.tensors[name]?.floats, "\(name)")
    }
    let specification = ModelSpecification(
      objective: .mim, itemDimensions: [2], valueKind: .real, latentSize: 2, hidden: [8],
      activation: .tanh)
    let store = try ParameterStore(Model(specification: specification, seed: 1).parameters)
    let names = store.names
    for name in names { try store.set(name, to: array("param.\(name)")) }
    let losses = try array("loss").elements
    #expect(losses.count == 200)
    var step: Step?
    var worst: Float = 0
    for (index, wanted) in losses.enumerated() {
      if index == 0 || index == 100 {
        step = nil
        step = try Step(specification, store, decodes: index >= 100)
      }
      let current = try #require(step)
      let plan = current.training.plan
      func feed(_ input: Tensor, _ name: String) throws {
        let all = try array(name)
        plan.set(input, to: HostArray(Array(all.row(index)), shape: [Self.batch, 2]))
      }
      try feed(current.training.batch, "x")
      for (stream, input) in current.inputs { try feed(input, stream) }
      plan.set(current.training.beta, to: min(1, Float(index + 1) / 60))
      #expect(try current.training.run(step: UInt64(index + 1)))
      worst = max(worst, abs(plan.scalar(of: current.training.loss) - wanted))
    }
    #expect(worst < 1e-3)
    for name in names {
      let (ours, theirs) = (try #require(store.value(name)), try array("after.\(name)"))
      let difference = zip(ours.elements, theirs.elements).map { abs($0 - $1) }.max() ?? .nan
      #expect(difference < 1e-3, "\(name)")
    }
  }
}
