import CKernels
import Foundation
import MIMCPU
import MIMTensor
import Testing

/// Every loop with a remainder: sizes from less than one register to more than four, beside plain loops in double precision,
/// on every instruction set that this processor has.
@Suite("Operations at every size") struct OperationSizeTests {
  private static let ways =
    RunningWay.all
    + InstructionSet.available.flatMap { variant in
      [2, 3].map { RunningWay(batchInnermost: false, variant: variant, threads: $0) }
    }

  @Test(
    "every operation gives its closed form, and its gradient that of differences", arguments: 1...67
  )
  func plainLoops(size: Int) throws {
    for row in OperationCases.ofSize(size) {
      let closedForm = row.expected
      let expected = closedForm(row.inputs.map { $0.elements.map(Double.init) })
      for way in Self.ways {
        let trial = try Trial(row, way)
        let values = trial.output()
        try #require(values.count == expected.count)
        let worst = zip(values, expected).map { abs(Double($0) - $1) / max(1, abs($1)) }.max() ?? 0
        #expect(worst <= 2e-5, "\(row.testDescription), \(way.testDescription)")
        guard row.differentiable else { continue }
        let (exact, numeric, scale) = trial.slope()
        #expect(
          abs(exact - numeric) <= 1e-3 * max(1, scale),
          "\(row.testDescription), \(way.testDescription)")
      }
    }
  }

  @Test(
    "draws at every size are those of the first elements of more",
    arguments: InstructionSet.available)
  func noise(variant: InstructionSet) throws {
    func drawn(_ count: Int, _ threads: Int) throws -> [[Float]] {
      let graph = Graph()
      let uniform = graph.uniformNoise(shape: [count], stream: "u")
      let logits = graph.constant(
        HostArray((0..<count).map { Float($0 % 7) - 3 }, shape: [count]))
      let outputs = [
        uniform, graph.normalNoise(shape: [count], stream: "n"),
        graph.randomIndices(count: count, below: 9, stream: "i"),
        graph.bernoulliSample(probabilitiesFromLogits: logits, stream: "u"), logits.sigmoid(),
      ]
      let way = RunningWay(batchInnermost: false, variant: variant, threads: threads)
      let plan = try Plan(
        graph: graph, outputs: outputs, store: ParameterStore(on: way.backend), options: way.options
      )
      plan.run(step: 4)
      return outputs.map { plan.value(of: $0).elements }
    }
    let whole = try drawn(200, 1)
    for size in 1...67 {
      for threads in 1...3 {
        let draws = try drawn(size, threads)
        for (one, all) in zip(draws, whole) { #expect(one == Array(all[..<size]), "\(size)") }
        // One stream: a 1 is drawn where the uniform number lies below the probability.
        for (u, (bit, p)) in zip(draws[0], zip(draws[3], draws[4])) {
          #expect(bit == (u < p ? 1 : 0), "\(size)")
        }
      }
    }
  }

  @Test("arrays of plain sums and gates may begin anywhere", arguments: 0...3)
  func unaligned(offset: Int) {
    var stream = RandomStream(seed: 5, stream: "unaligned")
    for size in 1...67 {
      let h = stream.uniforms(size), g = stream.uniforms(size)
      let (x, y) = (KernelArray(h, offset: offset), KernelArray(g, offset: offset))
      for variant in kernelVariants {
        let sum = KernelArray([0], offset: offset)
        run(
          mim_call_SUM(
            mim_reduction(x: x.pointer, y: sum.pointer, outer: 1, extent: size, inner: 1)),
          variant)
        #expect(abs(sum.values[0] - h.reduce(0, +)) <= 1e-5 * Float(size), "\(size)")
        let result = KernelArray([Float](repeating: -1, count: size + 1), offset: offset)
        run(
          mim_call_GATE(
            mim_gate(
              h: x.pointer, g: y.pointer, y: result.pointer, lines: 1, length: size, h_stride: 0,
              g_stride: 0, y_stride: 0)), variant)
        withExtendedLifetime((x, y)) {}
        for (value, (a, b)) in zip(result.values, zip(h, g)) {
          #expect(abs(value - a * sigmoid(b)) <= 1e-6, "\(size)")
        }
        #expect(result.values[size] == -1, "\(size): what lies behind the last number was written")
      }
    }
  }

  private func sigmoid(_ x: Float) -> Float { Float(1 / (1 + exp(-Double(x)))) }
}
