import Foundation
import MIMTensor

/// Draws the codes of a learned prior place by place: a plan gives the code of every place for those before it, and each run makes one final.
struct CodeSampler {
  private let plan: Plan
  private let numbers: Tensor
  private let uniforms: Tensor
  private let chosen: Tensor
  private let codes: Tensor
  private let batch: Int

  init(_ network: any CodeConditionals, store: ParameterStore, batch: Int, threads: Int) throws {
    let graph = Graph()
    let count = network.places.count
    self.batch = batch
    numbers = graph.input("numbers", shape: [batch, count])
    uniforms = graph.input("uniforms", shape: [batch, count])
    chosen = network.numbers(after: numbers, uniforms: uniforms)
    codes = network.book.codes(in: graph).gather(rows: numbers.reshape([batch * count]))
      .reshape([batch, network.places.units])
    plan = try Plan(
      graph: graph, outputs: [chosen, codes], store: store, options: PlanOptions(threads: threads))
  }

  /// Codes `[count, units]`; the i-th depends on the seed and i only.
  func sample(_ count: Int, seed: UInt64) throws -> HostArray<Float> {
    var random = RandomStream(seed: seed, stream: "sample.codes")
    var elements: [Float] = []
    elements.reserveCapacity(count * codes.shape[1])
    for start in stride(from: 0, to: count, by: batch) {
      let filled = min(batch, count - start)
      elements += try sampleBatch(filled, &random).prefix(filled * codes.shape[1])
    }
    return HostArray(elements, shape: [count, codes.shape[1]])
  }

  private func sampleBatch(
    _ filled: Int, _ random: inout RandomStream
  ) throws -> [Float] {
    let places = numbers.shape[1]
    let drawn = (0..<filled * places).map { _ in Float(random.uniform()) }
    let rest = [Float](repeating: 0.5, count: (batch - filled) * places)
    plan.set(uniforms, to: HostArray(drawn + rest, shape: uniforms.shape))
    var state = [Float](repeating: 0, count: batch * places)
    for place in 0..<places {
      try StopRequest.check()
      plan.set(numbers, to: HostArray(state, shape: numbers.shape))
      plan.run(step: 0)
      let all = plan.value(of: chosen).elements
      for row in 0..<batch { state[row * places + place] = all[row * places + place] }
    }
    plan.set(numbers, to: HostArray(state, shape: numbers.shape))
    plan.run(step: 0)
    return plan.value(of: codes).elements
  }
}
