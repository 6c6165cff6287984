import MIMTensor
import Testing

@Suite("Operation table") struct OperationTableTests {
  @Test(
    "every operation gives its closed form, however it is run", arguments: OperationCases.all)
  func forward(row: OperationCase) throws {
    let expected = row.expected(row.inputs.map { $0.elements.map(Double.init) })
    try #require(!expected.isEmpty)
    for way in RunningWay.all {
      let trial = try Trial(row, way)
      let values = trial.output()
      try #require(values.count == expected.count)
      for (value, reference) in zip(values, expected) {
        #expect(
          abs(Double(value) - reference) <= 3e-6 * max(1, abs(reference)), "\(way.testDescription)")
      }
    }
  }

  @Test(
    "every gradient agrees with central differences",
    arguments: OperationCases.all.filter(\.differentiable))
  func gradient(row: OperationCase) throws {
    let numeric = try Trial(row, RunningWay.all[0]).centralDifferences()
    for way in RunningWay.all {
      let exact = try Trial(row, way).gradients()
      try #require(exact.map(\.count) == numeric.map(\.count))
      // What stands behind stopGradient moves the loss but not the gradient.
      let factor: Float = row.name == "stopGradient" ? 2 : 1
      for (one, other) in zip(exact.joined(), numeric.joined()) {
        #expect(
          abs(factor * one - other) <= 2e-3 * max(1, abs(other)), "\(way.testDescription)")
      }
    }
  }

  /// What stands beside other tests, and why it can have no row: leaves have no input to differ in, noise
  /// has no closed form. Each is held to the file that has it.
  private static let elsewhere: Set<String> = Set(
    OperationTable.noise + ["input", "constant", "parameter"])

  /// The operations that are steps or, as the masks of weights, pass a gradient that is not their own.
  private static let withoutDerivative: Set<String> = [
    "greater", "greaterOrEqual", "firstLeast", "maskedWeights",
  ]

  @Test("every operation has a row of its own, or is a part of a gradient that is checked")
  func coverage() throws {
    var covered = Self.elsewhere
    for row in OperationCases.all {
      let graph = Graph()
      let inputs = row.inputs.map { graph.input("x", shape: $0.shape) }
      let output = row.build(graph, inputs)
      #expect(graph.nodes.contains { $0.operation.name == row.name }, "\(row.name)")
      covered.insert(row.name)
      guard row.differentiable else { continue }
      let gradients = try graph.gradients(of: output.sum(), withRespectTo: inputs)
      covered.formUnion(Self.gradientNodes(of: graph, reaching: gradients))
    }
    #expect(OperationTable.names.subtracting(covered).sorted() == [])
    #expect(covered.subtracting(OperationTable.names).sorted() == [])
  }

  @Test("every operation that has a derivative has a row in the gradient check")
  func derivatives() {
    let checked = Set(OperationCases.all.filter(\.differentiable).map(\.name))
    let unchecked = Set(OperationCases.all.map(\.name)).subtracting(checked)
    #expect(unchecked == Self.withoutDerivative)
  }

  /// The operations made only for gradients (`…Gradient`) that the gradients asked for are computed
  /// with. Others that a gradient happens to use need a row of their own.
  private static func gradientNodes(of graph: Graph, reaching gradients: [Tensor]) -> Set<String> {
    var found: Set<String> = []
    var needed = Set(gradients.map(\.id))
    for node in graph.nodes.reversed() where !needed.isDisjoint(with: node.outputs) {
      needed.formUnion(node.inputs)
      let name = node.operation.name
      if node.isGradient, name.hasSuffix("Gradient") { found.insert(name) }
    }
    return found
  }
}

/// One row, planned with a weighted sum of its output as the loss.
struct Trial {
  let inputs: [Tensor]
  let values: [HostArray<Float>]
  let result: Tensor
  let weights: [Float]
  let gradientTensors: [Tensor]
  let plan: Plan

  init(_ row: OperationCase, _ way: RunningWay) throws {
    let graph = Graph()
    values = row.inputs
    inputs = row.inputs.map { graph.input("x", shape: $0.shape) }
    result = row.build(graph, inputs)
    var stream = RandomStream(seed: 1, stream: "weights")
    weights = stream.uniforms(result.count).map { $0 + 0.5 }
    let weighted = result * graph.constant(HostArray(weights, shape: result.shape))
    gradientTensors =
      row.differentiable
      ? try graph.gradients(of: weighted.sum(), withRespectTo: inputs) : []
    plan = try Plan(
      graph: graph, outputs: [result] + gradientTensors, store: ParameterStore(on: way.backend),
      options: way.options)
    for (input, value) in zip(inputs, values) { plan.set(input, to: value) }
  }

  func output() -> [Float] {
    plan.run(step: 0)
    return plan.value(of: result).elements
  }

  func gradients() -> [[Float]] {
    plan.run(step: 0)
    return gradientTensors.map { plan.value(of: $0).elements }
  }

  /// Five-point differences; the loss is summed in double precision.
  func centralDifferences() -> [[Float]] {
    let step: Float = 0.02
    return inputs.indices.map { index in
      values[index].elements.indices.map { element in
        func loss(_ shift: Float) -> Double {
          var moved = values[index]
          moved.elements[element] += shift
          plan.set(inputs[index], to: moved)
          return zip(output(), weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let slope =
          8 * (loss(step) - loss(-step)) - (loss(2 * step) - loss(-2 * step))
        plan.set(inputs[index], to: values[index])
        return Float(slope / (12 * Double(step)))
      }
    }
  }

  /// The derivative of the loss along one random direction through all inputs: by the gradient, and by five-point differences; and
  /// the sum of the gradient's parts, which rounding goes by. Each number of each input has a part in it. The steps are short of the
  /// kinks that lie between the first input and the second.
  func slope() -> (exact: Double, numeric: Double, scale: Double) {
    var stream = RandomStream(seed: 2, stream: "direction")
    let direction = values.map { value in stream.uniforms(value.count).map { 2 * $0 - 1 } }
    let parts = zip(gradients().joined(), direction.joined()).map { Double($0 * $1) }
    let step: Float = 0.01
    func loss(_ shift: Float) -> Double {
      for (index, input) in inputs.enumerated() {
        var moved = values[index]
        for at in direction[index].indices { moved.elements[at] += shift * direction[index][at] }
        plan.set(input, to: moved)
      }
      return zip(output(), weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let slope = 8 * (loss(step) - loss(-step)) - (loss(2 * step) - loss(-2 * step))
    for (input, value) in zip(inputs, values) { plan.set(input, to: value) }
    return (
      parts.reduce(0, +), slope / (12 * Double(step)), parts.reduce(0) { $0 + abs($1) }
    )
  }
}
