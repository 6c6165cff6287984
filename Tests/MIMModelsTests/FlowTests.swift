import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Flows")
struct FlowTests {
  /// Every flow there is, as a distribution over 5 units for a batch of 3.
  struct Flow: Sendable, CustomTestStringConvertible {
    let name: String
    /// What it needs, and the distribution in a graph.
    let parameters: [ParameterDeclaration]
    let make: @Sendable (Graph) -> Flowed?
    /// How far its values are from 0.
    var deviation: Float = 0.5
    var testDescription: String { name }

    init(_ posterior: PosteriorChoice, deviation: Float = 0.5) {
      self.init(
        "posterior=\(posterior)",
        posterior.component.head(name: "q", inputs: 4, outputs: 5, minScale: 0), deviation)
    }

    init(_ likelihood: LikelihoodChoice, deviation: Float = 0.5) {
      self.init(
        "likelihood=\(likelihood)",
        likelihood.component.head(name: "p", inputs: 4, outputs: 5, minScale: 0), deviation)
    }

    private init(_ name: String, _ head: any DistributionHead, _ deviation: Float) {
      self.name = name
      self.deviation = deviation
      parameters = head.parameters
      make = { graph in
        let features = (0..<12).map { Float(sin(Double($0 * $0) + 0.3)) }
        return head.distribution(of: graph.constant(HostArray(features, shape: [3, 4]))) as? Flowed
      }
    }

    init(_ prior: PriorChoice, deviation: Float = 0.5) {
      self.deviation = deviation
      name = prior.description
      var specification = ModelSpecification(
        objective: .vae, itemDimensions: [3], valueKind: .real, latentSize: 5)
      specification.prior = prior
      let density = prior.component.density(for: specification)
      parameters = density?.parameters ?? []
      make = { graph in
        density?.distribution(in: graph, batch: 3, pseudoInputs: nil) as? Flowed
      }
    }

    /// Values in which no step is near the identity.
    var values: [String: HostArray<Float>] {
      Dictionary(
        uniqueKeysWithValues: parameters.map {
          // What no gradient changes stays what it is: a permutation, signs.
          guard $0.role == .trained else {
            return (
              $0.name, $0.initializer.values(shape: $0.shape, name: $0.name, seed: 7)
            )
          }
          let noise = ParameterInitializer.normal(deviation: deviation)
          return ($0.name, noise.values(shape: $0.shape, name: $0.name, seed: 7))
        })
    }
  }

  static let flows = [
    Flow(.planar(2)), Flow(.sylvester(2)), Flow(.sylvester(2, form: "householder", columns: 3)),
    Flow(.sylvester(2, form: "orthogonal", columns: 3)), Flow(.iaf(2, hidden: 7)),
    Flow(PriorChoice.maf(2, hidden: 7)), Flow(PriorChoice.realnvp(3, hidden: 7)),
    Flow(PriorChoice.glow(3, hidden: 7), deviation: 0.3),
    Flow(LikelihoodChoice.realnvp(3, hidden: 7)),
    Flow(LikelihoodChoice.maf(2, hidden: 7), deviation: 0.3),
    Flow(PosteriorChoice.realnvp(3, hidden: 7)),
    Flow(PosteriorChoice.maf(2, hidden: 7), deviation: 0.3),
  ]

  private static let points: [Float] = (0..<15).map { Float(1.5 * cos(Double($0) * 1.7)) }

  @Test("a step backwards undoes it, and both know log |det| of the Jacobian", arguments: flows)
  func inverses(flow: Flow) throws {
    let graph = Graph()
    let flowed = try #require(flow.make(graph))
    let x = graph.parameter("x", shape: [3, 5])
    var values = flow.values
    values["x"] = HostArray(Self.points, shape: [3, 5])
    for (index, step) in flowed.steps.enumerated() {
      let forward = step.forward(x)
      let back = step.inverse(forward.value)
      let rows = try (0..<5).map { unit in
        try graph.gradients(
          of: forward.value.slice(axis: 1, range: unit..<unit + 1).sum(),
          withRespectTo: [x])[0]
      }
      let run = try Traced(
        graph, [back.value, forward.logDeterminant, back.logDeterminant] + rows,
        parameters: values)
      #expect(agree(run(back.value), Self.points, tolerance: 1e-4), "step \(index)")
      let dense = (0..<3).map { item in
        let jacobian = rows.map { row in (0..<5).map { Double(run(row)[item * 5 + $0]) } }
        return Float(log(abs(determinant(jacobian))))
      }
      #expect(agree(run(forward.logDeterminant), dense, tolerance: 1e-4), "step \(index)")
      #expect(agree(run(back.logDeterminant), dense, tolerance: 1e-4), "step \(index)")
    }
  }

  @Test("a convolutional step backwards undoes it, and knows log |det| of the Jacobian")
  func convolutional() throws {
    let graph = Graph()
    var stream = RandomStream(seed: 5, stream: "layers")
    func random(_ shape: Shape) -> Tensor {
      graph.constant(HostArray(stream.normals(shape.count), shape: shape))
    }
    func layer(_ inputs: Int, _ outputs: Int, isStrict: Bool = false)
      -> ConvolutionalAutoregression.Layer
    {
      let mask = ConvolutionalAutoregression.mask(
        inputs: inputs, outputs: outputs, kernel: 3, isStrict: isStrict)
      return ConvolutionalAutoregression.Layer(
        direction: random(mask.shape), logGain: random([outputs]), bias: random([outputs]),
        mask: mask)
    }
    let step = ConvolutionalInverseStep(
      network: ConvolutionalAutoregression(
        first: layer(2, 4), hidden: [layer(4, 4)], mean: layer(4, 2, isStrict: true),
        logScale: layer(4, 2, isStrict: true)),
      context: random([1, 4, 2, 3]), channels: 2, height: 2, width: 3)
    let x = random([1, 12])
    let forward = step.forward(x)
    let back = step.inverse(forward.value)
    let rows = try (0..<12).map { unit in
      try graph.gradients(
        of: forward.value.slice(axis: 1, range: unit..<unit + 1).sum(), withRespectTo: [x])[0]
    }
    let run = try Traced(
      graph, [x, back.value, forward.logDeterminant, back.logDeterminant] + rows)
    #expect(agree(run(back.value), run(x), tolerance: 1e-4))
    let jacobian = rows.map { run($0).map(Double.init) }
    let dense = Float(log(abs(determinant(jacobian))))
    #expect(agree(run(forward.logDeterminant), [dense], tolerance: 1e-4))
    #expect(agree(run(back.logDeterminant), [dense], tolerance: 1e-4))
    #expect(abs(dense) > 0.1)
  }

  @Test("a draw's own density is that of its value", arguments: flows)
  func densities(flow: Flow) throws {
    let graph = Graph()
    let flowed = try #require(flow.make(graph))
    let draw = flowed.draw(from: .fresh(in: graph, prefix: ""), stream: "z")
    let own = try #require(draw.logDensity)
    let again = flowed.logDensity(of: draw.value)
    let rebuilt = flowed.rebuilt(from: flowed.parts).logDensity(of: draw.value)
    let run = try Traced(graph, [own, again, rebuilt], parameters: flow.values, seed: 3)
    #expect(agree(run(again), run(own), tolerance: 1e-3))
    #expect(run(rebuilt) == run(again))
  }

  @Test(
    "the density of a given value has the right gradient, through the inverse", arguments: flows)
  func gradients(flow: Flow) throws {
    let graph = Graph()
    let flowed = try #require(flow.make(graph))
    let loss = flowed.logDensity(of: graph.constant(HostArray(Self.points, shape: [3, 5]))).sum()
    let parameters = flow.parameters.map { graph.parameter($0.name, shape: $0.shape) }
    let gradients = try graph.gradients(of: loss, withRespectTo: parameters)
    let start = flow.values
    let run = try Traced(graph, [loss] + gradients, parameters: start)
    // Along a direction of its own for all parameters together.
    let directions = flow.parameters.map {
      ParameterInitializer.normal(deviation: 1)
        .values(shape: $0.shape, name: "direction of \($0.name)", seed: 1)
    }
    let slope = zip(gradients, directions).reduce(0.0) { sum, pair in
      sum + zip(run(pair.0), pair.1.elements).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    }
    func moved(_ distance: Float) throws -> Double {
      var values = start
      for (parameter, direction) in zip(flow.parameters, directions) {
        guard let value = start[parameter.name] else { continue }
        values[parameter.name] = HostArray(
          zip(value.elements, direction.elements).map { $0 + distance * $1 },
          shape: parameter.shape)
      }
      return Double(try Traced(graph, [loss], parameters: values)(loss)[0])
    }
    // Short enough for the kinks of relu, long enough for single precision, which leaves about a hundredth.
    let distance: Float = 2e-3
    let difference = (try moved(distance) - moved(-distance)) / Double(2 * distance)
    #expect(abs(slope - difference) < 0.03 * max(1, abs(difference)), "\(slope), \(difference)")
  }

  @Test(
    "symmetric MIM refuses flows that it would have to undo in too many steps, and says what to use"
  )
  func feasible() throws {
    func model(_ objective: ObjectiveChoice, z: Int) -> ModelSpecification {
      ModelSpecification(objective: objective, itemDimensions: [3], valueKind: .real, latentSize: z)
    }
    for (posterior, prior) in [
      (PosteriorChoice.iaf(4), PriorChoice.normal), (.sylvester(4), .normal), (.normal, .maf(4)),
    ] {
      for (objective, z, isUsable) in [
        (ObjectiveChoice.mim, 64, false), (.amim, 64, true), (.mim, 50, true),
      ] {
        var specification = model(objective, z: z)
        specification.posterior = posterior
        specification.prior = prior
        if isUsable {
          try specification.validate()
        } else {
          let error = try #require(throws: ModelError.self) { try specification.validate() }
          #expect("\(error)".contains("the kind amim"), "\(error)")
        }
      }
    }
  }

  private func determinant(_ matrix: [[Double]]) -> Double {
    var (rows, result) = (matrix, 1.0)
    for column in rows.indices {
      let pivot = (column..<rows.count).max { abs(rows[$0][column]) < abs(rows[$1][column]) }
      guard let pivot, rows[pivot][column] != 0 else { return 0 }
      if pivot != column {
        rows.swapAt(pivot, column)
        result = -result
      }
      result *= rows[column][column]
      for row in (column + 1)..<max(column + 1, rows.count) {
        let factor = rows[row][column] / rows[column][column]
        for place in column..<rows.count { rows[row][place] -= factor * rows[column][place] }
      }
    }
    return result
  }
}
