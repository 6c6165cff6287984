import Foundation
import MIMTensor
import Testing

@Suite("Elementary functions") struct ElementaryFunctionTests {
  private func values(
    _ x: [Float], _ way: RunningWay, _ function: (Tensor) -> Tensor
  ) throws -> [Float] {
    let graph = Graph()
    let input = graph.input("x", shape: [x.count])
    let output = function(input)
    let plan = try Plan(
      graph: graph, outputs: [output], store: ParameterStore(on: way.backend), options: way.options)
    plan.set(input, to: HostArray(x, shape: [x.count]))
    plan.run(step: 0)
    return plan.value(of: output).elements
  }

  private func grid(_ range: ClosedRange<Float>, _ count: Int = 200_001) -> [Float] {
    (0..<count).map {
      range.lowerBound + (range.upperBound - range.lowerBound) * Float($0) / Float(count - 1)
    }
  }

  /// The largest error relative to max(|reference|, floor).
  private func error(
    _ x: [Float], _ way: RunningWay, floor: Double, _ function: (Tensor) -> Tensor,
    _ reference: (Double) -> Double
  ) throws -> Double {
    zip(try values(x, way, function), x).reduce(0) { worst, pair in
      let exact = reference(Double(pair.1))
      return max(worst, abs(Double(pair.0) - exact) / max(abs(exact), floor))
    }
  }

  @Test("are as accurate as their documentation says", arguments: RunningWay.all)
  func accuracy(way: RunningWay) throws {
    let smallest = Double(Float.leastNormalMagnitude)
    #expect(try error(grid(-87...88.7), way, floor: smallest, { $0.exp() }, exp) < 2e-7)
    #expect(try error(grid(1e-6...3), way, floor: 1, { $0.log() }, log) < 2e-7)
    #expect(try error(grid(3...1e30), way, floor: 1, { $0.log() }, log) < 2e-7)
    #expect(try error(grid(-12...12), way, floor: 1e-9, { $0.tanh() }, tanh) < 4e-7)
    #expect(
      try error(grid(-80...30), way, floor: smallest, { $0.sigmoid() }, { 1 / (1 + exp(-$0)) })
        < 3e-7)
    #expect(
      try error(grid(-80...80), way, floor: smallest, { $0.softplus() }, { log1p(exp($0)) })
        < 4e-7)
  }

  @Test("keep NaN and know their limits", arguments: RunningWay.all)
  func limits(way: RunningWay) throws {
    let tiny = Float(bitPattern: 714)
    let x: [Float] = [.nan, .infinity, -.infinity, 0, tiny, -1, 1000, -1000]
    func close(_ a: [Float], _ b: [Float]) -> Bool {
      zip(a, b).allSatisfy { ($0.isNaN && $1.isNaN) || $0 == $1 || abs($0 - $1) < 1e-4 }
    }
    let inf = Float.infinity
    #expect(
      close(try values(x, way) { $0.exp() }, [.nan, inf, 0, 1, 1, 0.36788, inf, 0]))
    #expect(
      close(
        try values(x, way) { $0.log() },
        [.nan, inf, .nan, -inf, Float(log(Double(tiny))), .nan, 6.907755, .nan]))
    #expect(
      close(try values(x, way) { $0.tanh() }, [.nan, 1, -1, 0, 0, -0.761594, 1, -1]))
    #expect(
      close(try values(x, way) { $0.sigmoid() }, [.nan, 1, 0, 0.5, 0.5, 0.268941, 1, 0]))
    #expect(
      close(
        try values(x, way) { $0.softplus() },
        [.nan, inf, 0, 0.693147, 0.693147, 0.313262, 1000, 0]))
    #expect(try values([.nan], way) { $0.relu() }[0].isNaN)
    #expect(try values([.nan], way) { $0.hardtanh(minimum: 0, maximum: 1) }[0].isNaN)
  }

  @Test("log-sum-exp and log-add-exp neither overflow nor lose −∞ and NaN")
  func logarithmicSums() throws {
    let graph = Graph()
    let x = graph.constant(
      HostArray([1000, 1000, -.infinity, -.infinity, 1, .nan, .infinity, 1], shape: [4, 2]))
    let rows = x.logSumExp(axis: 1)
    let pairs = x.slice(axis: 1, range: 0..<1).logAddExp(x.slice(axis: 1, range: 1..<2))
    let plan = try Plan(graph: graph, outputs: [rows, pairs], store: ParameterStore())
    plan.run(step: 0)
    for tensor in [rows, pairs] {
      let values = plan.value(of: tensor).elements
      #expect(abs(values[0] - 1000.6931) < 1e-3)
      #expect(values[1] == -.infinity)
      #expect(values[2].isNaN)
      #expect(values[3] == .infinity)
    }
  }
}
