import CAllocationCounter
import MIMModels
import MIMTensor
import Testing

/// Whether this C library lets allocations be counted: glibc without the address sanitizer.
private let canCount: Bool = {
  allocation_count_begin()
  return allocation_count_end() >= 0
}()

@Suite(
  "Allocations of training",
  .enabled(if: canCount, "only glibc's allocations, without the address sanitizer, can be counted"))
struct TrainingAllocationTests {
  struct Step: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let specification: ModelSpecification
  }

  private static func images(
    _ objective: ObjectiveChoice, _ decoder: NetworkChoice, prior: PriorChoice = .normal
  ) -> Step {
    var specification = SmallImages.specification(objective, decoder: decoder)
    specification.prior = prior
    return Step(testDescription: "\(objective) \(decoder) \(prior)", specification: specification)
  }

  static let steps = [
    Step(testDescription: "perceptrons", specification: Small.specification(.mim)),
    images(.mim, .conv), images(.vae, .conv, prior: .vampprior(PseudoInputs(5))),
    images(.amim, .pixelcnn(layers: 2, channels: 6)),
  ]

  /// oneDNN's matrix product makes a few tables of its own at every call; nothing else may.
  @Test("a training step of every kind of network allocates nothing of ours", arguments: steps)
  func step(_ row: Step) throws {
    let specification = row.specification
    var options = SmallImages.options(1)
    options.threads = 1
    let model = try Model(specification: specification, seed: 1)
    let step = try TrainingStep(
      specification.network(), specification: specification, store: model.store(),
      options: options, decoderBranch: specification.tracedObjective.hasDecoderBranch,
      binarises: false)
    step.plan.set(step.beta, to: 1)
    step.plan.set(step.learningRate, to: 1e-3)
    #expect(step.plan.run(step: 0))
    var finite = true
    var counts: Set<Int64> = []
    for index in 1...5 {
      allocation_count_begin()
      finite = step.plan.run(step: UInt64(index)) && finite
      counts.insert(allocation_count_end())
    }
    #expect(finite)
    let products = step.plan.summary.passes.count { $0.implementation.hasPrefix("oneDNN") }
    #expect((products == 0) == (specification.latentSizes.count == 1))
    #expect(counts.count == 1 && counts.allSatisfy { $0 <= 6 * products }, "\(counts), \(products)")
  }
}
