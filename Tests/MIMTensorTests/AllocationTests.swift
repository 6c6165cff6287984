import CAllocationCounter
import MIMTensor
import Testing

@Suite("Allocations") struct AllocationTests {
  @Test("the counter counts")
  func counter() {
    allocation_count_begin()
    let kept = [Int](repeating: 1, count: 1000)
    let count = allocation_count_end()
    #expect(count == -1 || count > 0)
    #expect(kept.count == 1000)
  }

  @Test("a replayed MIM step allocates nothing", arguments: [Activation.tanh, .relu, .swish])
  func replay(activation: Activation) throws {
    let step = try TrainingStep(activation: activation, hidden: [50, 33])
    #expect(step.plan.run(step: 0))
    allocation_count_begin()
    var finite = true
    for index in 1...20 { finite = step.plan.run(step: UInt64(index)) && finite }
    let count = allocation_count_end()
    #expect(finite)
    #expect(count <= 0)
  }
}
