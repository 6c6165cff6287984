import MIMCPU
import MIMTensor
import Testing

@Suite("Images") struct ImageTests {
  static let names = [
    "odd-sizes", "first-layer", "narrow-gate", "wide-gate", "five-by-five", "one-by-one", "mask-a",
    "mask-b", "normalization-training", "normalization-running",
  ]

  @Test("layers and their gradients agree with PyTorch", arguments: names, [1, 2])
  func pyTorch(name: String, threads: Int) throws {
    var options = PlanOptions(threads: threads)
    options.convolution = .direct
    for variant in InstructionSet.available {
      let fixture = try ImageFixture(
        name, options: options, on: CPUBackend(instructionSet: variant))
      for (array, error) in try fixture.errors() {
        #expect(error <= 2e-6, "\(array), \(variant)")
      }
    }
  }

  @Test("Winograd's algorithm agrees within its rounding", arguments: names)
  func winograd(name: String) throws {
    for (array, error) in try ImageFixture(name).errors() {
      #expect(error <= 3e-5, "\(array)")
    }
  }

  @Test("running statistics move as PyTorch's do")
  func runningStatistics() throws {
    let fixture = try ImageFixture("normalization-training")
    fixture.plan.run(step: 0)
    for name in ["mean", "variance"] {
      let moved = try #require(fixture.store.value(name)).elements
      #expect(relativeDistance(moved, try fixture.file.array("moved_\(name)").elements) <= 1e-6)
    }
  }
}
