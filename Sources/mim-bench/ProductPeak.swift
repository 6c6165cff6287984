import Foundation
import MIMTensor

extension Benchmark {
  /// What the machine can do: a product so large that memory doesn't count, by oneDNN, on every core that the
  /// process may use. Other benchmarks' GFLOP/s are read beside it.
  static let productPeak = Benchmark(
    name: "product-peak", purpose: "a product of 2048 × 2048 matrices on all cores, the limit"
  ) {
    let (size, threads) = (2_048, ProcessInfo.processInfo.activeProcessorCount)
    var stream = RandomStream(seed: 1, stream: "product")
    let graph = Graph()
    let factors = (0..<2).map { _ in
      graph.constant(HostArray(stream.normals(size * size), shape: [size, size]))
    }
    let plan = try Plan(
      graph: graph, outputs: [factors[0].matmul(factors[1])], store: ParameterStore(),
      options: PlanOptions(threads: threads))
    var seconds: [Double] = []
    for run in 0..<12 {
      let begin = ContinuousClock.now
      plan.run(step: UInt64(run))
      if run >= 2 { seconds.append(begin.secondsSince) }
    }
    return Measurement(
      seconds: seconds, threads: threads,
      computed: ["flops": Double(plan.summary.flopsPerStep)])
  }
}
