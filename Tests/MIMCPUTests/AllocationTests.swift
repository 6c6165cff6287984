import MIMTensor
import Testing

@Suite("Allocations", .enabled(if: AllocationCount.isPossible, AllocationCount.needed))
struct AllocationTests {
  @Test("the counter counts")
  func counter() {
    var kept: [[Int]] = []
    kept.reserveCapacity(3)
    #expect(
      AllocationCount.of { for size in 1...3 { kept.append([Int](repeating: size, count: 1000)) } }
        >= 3)
    #expect(kept.count == 3 && AllocationCount.of {} == 0)
  }

  private static let activations = [Activation.tanh, .relu, .swish]

  @Test("a replayed MIM step allocates nothing", arguments: activations)
  func replay(activation: Activation) throws {
    let step = try TrainingStep(activation: activation, hidden: [50, 33])
    #expect(step.plan.run(step: 0))
    var finite = true
    #expect(
      AllocationCount.of {
        for index in 1...20 { finite = step.plan.run(step: UInt64(index)) && finite }
      } == 0)
    #expect(finite)
  }

  @Test(
    "a replayed pass of an image's layer and back allocates nothing",
    arguments: ImageTests.names, [ConvolutionAlgorithm.automatic, .direct])
  func images(name: String, algorithm: ConvolutionAlgorithm) throws {
    var options = PlanOptions(threads: 1)
    options.convolution = algorithm
    let fixture = try ImageFixture(name, options: options)
    #expect(fixture.plan.run(step: 0))
    var finite = true
    #expect(
      AllocationCount.of {
        for index in 1...5 { finite = fixture.plan.run(step: UInt64(index)) && finite }
      } == 0)
    #expect(finite)
  }
}
