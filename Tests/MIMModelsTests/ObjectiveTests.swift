import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Objectives")
struct ObjectiveTests {
  let graph = Graph()
  let a: [Float] = [-1.5, -40, 3, 0.25]
  let b: [Float] = [-2, -0.5, -7, 1]
  let c: [Float] = [0.5, -3, 2, -1]
  let d: [Float] = [-4, 1, -0.25, -60]

  /// Terms log p(x|z) = a, log p(z) = b, log q(z|x) = c, log q(x) = d.
  func terms() -> Branch {
    func constant(_ values: [Float]) -> Tensor {
      graph.constant(HostArray(values, shape: [values.count]))
    }
    let point = graph.constant(HostArray(repeating: 0, shape: [4, 1]))
    let any = StandardNormal(in: graph, shape: [4, 1])
    return Branch(
      x: point, z: point, posterior: any, likelihood: any, prior: any, logPXGivenZ: constant(a),
      logPZ: constant(b), logQZGivenX: constant(c),
      logQX: constant(d), logEncodingJoint: constant(c) + constant(d), reconstructedZ: nil,
      logProbabilityOfChoices: nil)
  }

  func loss(_ objective: Objective, beta: Float = 1) throws -> [Float] {
    let loss = objective.itemLoss(terms(), graph.scalar(beta))
    return try Traced(graph, [loss])(loss)
  }

  func expected(_ item: (Float, Float, Float, Float) -> Float) -> [Float] {
    a.indices.map { item(a[$0], b[$0], c[$0], d[$0]) }
  }

  @Test("each objective is its formula", arguments: [Float(1), 0.3, 0])
  func formulas(beta: Float) throws {
    #expect(
      agree(
        try loss(.variationalAutoencoder, beta: beta),
        expected { a, b, c, _ in -a + beta * (c - b) }))
    #expect(
      agree(
        try loss(.mutualInformationMachine, beta: beta),
        expected { a, b, c, d in -(a + b + beta * (c + d)) / 2 }))
    #expect(
      agree(
        try loss(.variationalAutoencoderPlusEntropy, beta: beta),
        expected { a, b, c, d in -a + beta * (c - b) - (c + d) }))
    #expect(
      agree(
        try loss(.mutualInformationMachineMinusEntropy, beta: beta),
        expected { a, b, c, d in
          let mixture = log((exp(Double(a + b)) + exp(Double(c + d))) / 2)
          return Float(Double(-(a + b + beta * (c + d)) / 2) + mixture)
        }))
  }

  @Test("MIM is half the VAE plus half the cross entropy to the encoding joint and the prior")
  func identity() throws {
    let vae = try loss(.variationalAutoencoder)
    #expect(
      agree(
        try loss(.mutualInformationMachine),
        a.indices.map { (vae[$0] - 2 * c[$0] - d[$0]) / 2 }))
  }

  @Test("the VAE at β = 0 is the autoencoder")
  func noRegulariser() throws {
    #expect(try loss(.variationalAutoencoder, beta: 0) == loss(.autoencoder))
    #expect(try loss(.autoencoder) == a.map { -$0 })
  }

  @Test("the asymmetric machine has the same loss and no decoder branch")
  func asymmetric() throws {
    let objective = Small.specification(.amim).tracedObjective
    #expect(!objective.hasDecoderBranch)
    #expect(try loss(objective) == loss(.mutualInformationMachine))
    #expect(objective.formula.contains("E_q(x,z)"))
    #expect(Small.specification(.mim).tracedObjective.hasDecoderBranch)
  }

  @Test("every kind and entropy treatment has an objective of its own")
  func table() throws {
    var formulas: Set<String> = []
    var count = 0
    for type in Catalog.standard.objectives {
      for entropy in EntropyTreatment.allCases {
        let values = try ArgumentValues().checked(against: type.arguments)
        guard let objective = type.init(values).objective(entropy) else { continue }
        formulas.insert(objective.formula)
        count += 1
      }
    }
    #expect(count >= 7)
    #expect(formulas.count == count)
  }
}

@Suite("Marginals and priors in the branches")
struct BranchTests {
  let graph = Graph()

  func network(
    _ change: (inout ModelSpecification) -> Void, density: MixtureDensity? = nil
  ) throws -> (FlatModel, [String: HostArray<Float>]) {
    var specification = Small.specification()
    change(&specification)
    try specification.validate()
    return (
      FlatModel(specification, density: density),
      try Model(specification: specification, seed: 3).parameters
    )
  }

  func points() -> Tensor { graph.constant(Small.toy(8).train.items) }

  @Test("the data anchor is the density's own logarithm")
  func dataAnchor() throws {
    let toy = Small.toy(50)
    let density = try #require(toy.density)
    let estimate = MarginalEstimators.dataAnchor(density, of: graph.constant(toy.train.items))
    let values = try Traced(graph, [estimate])(estimate)
    #expect(agree(values, try density.logDensity(of: toy.train.items).map { Float($0) }))
  }

  @Test("with q(x) = data both branches take log q(x) from the density")
  func dataMarginal() throws {
    let (model, parameters) = try network({ $0.marginal = .data }, density: Small.toy().density)
    let noise = NoiseSource.fresh(in: graph, prefix: "")
    let encoder = model.encoderBranch(of: points(), noise: noise)
    let decoder = model.decoderBranch(of: points(), noise: noise)
    let run = try Traced(
      graph,
      [encoder.logQX, encoder.logEncodingJoint, encoder.logQZGivenX, decoder.logQX, decoder.x],
      parameters: parameters)
    let density = try #require(Small.toy().density)
    #expect(
      agree(
        run(encoder.logQX), try density.logDensity(of: Small.toy(8).train.items).map { Float($0) }))
    let sampled = HostArray(run(decoder.x), shape: [8, 2])
    #expect(
      agree(
        run(decoder.logQX), try density.logDensity(of: sampled).map { Float($0) }, tolerance: 1e-4))
    #expect(
      agree(
        run(encoder.logEncodingJoint),
        zip(run(encoder.logQX), run(encoder.logQZGivenX)).map { $0 + $1 }))
    #expect(decoder.reconstructedZ == nil)
  }

  @Test("a learned q(x) and a learned p(z) are the Gaussians of their parameters")
  func learnedDensities() throws {
    let (model, parameters) = try network {
      $0.marginal = .learned
      $0.prior = .learned
    }
    let terms = model.encoderBranch(of: points(), noise: .fresh(in: graph, prefix: ""))
    let run = try Traced(
      graph, [terms.logQX, terms.logPZ, terms.z, terms.x], parameters: parameters)
    for (name, values, found) in [
      ("q_x", run(terms.x), run(terms.logQX)), ("p_z", run(terms.z), run(terms.logPZ)),
    ] {
      let location = try #require(parameters["\(name).loc"]).elements.map(Double.init)
      let scale = try #require(parameters["\(name).logscale"]).elements
        .map { exp(Double($0)) + 1e-6 }
      let expected = (0..<8).map { row -> Float in
        let terms = (0..<2).map { unit -> Double in
          let standardised = (Double(values[2 * row + unit]) - location[unit]) / scale[unit]
          return -0.5 * standardised * standardised - log(scale[unit]) - 0.5 * log(2 * Double.pi)
        }
        return Float(terms[0] + terms[1])
      }
      #expect(agree(found, expected))
    }
  }

  @Test("with the importance-sampled q(x) the encoding joint is the decoding joint")
  func importanceSampled() throws {
    let (model, parameters) = try network { _ in }
    let terms = model.encoderBranch(of: points(), noise: .fresh(in: graph, prefix: ""))
    let sum = terms.logQX + terms.logQZGivenX
    let joint = terms.logDecodingJoint
    let run = try Traced(graph, [sum, joint, terms.logEncodingJoint], parameters: parameters)
    #expect(agree(run(sum), run(joint)))
    #expect(run(terms.logEncodingJoint) == run(joint))
  }

  @Test("with a marginal prior log p(z) is log q(z|x), and its consequence in the decoder branch")
  func marginalPrior() throws {
    let (model, parameters) = try network { $0.prior = .marginal }
    let noise = NoiseSource.fresh(in: graph, prefix: "")
    let encoder = model.encoderBranch(of: points(), noise: noise)
    let decoder = model.decoderBranch(of: points(), noise: noise)
    let expected = decoder.logQZGivenX + decoder.logQX - decoder.logPXGivenZ
    let run = try Traced(
      graph,
      [
        encoder.logPZ, encoder.logQZGivenX, encoder.logQX, encoder.logPXGivenZ, decoder.logPZ,
        expected,
      ],
      parameters: parameters)
    #expect(run(encoder.logPZ) == run(encoder.logQZGivenX))
    #expect(agree(run(encoder.logQX), run(encoder.logPXGivenZ)))
    #expect(agree(run(decoder.logPZ), run(expected)))
  }

  @Test("the fixed anchor is N(0, I); the learned one draws the model's p(z) without gradient")
  func anchors() throws {
    let count = 4096
    let x = graph.constant(HostArray(repeating: 0, shape: [count, 2]))
    let (fixed, _) = try network { $0.prior = .learned }
    let (learned, parameters) = try network {
      $0.prior = .learned
      $0.anchor = .learned
    }
    let noise = NoiseSource.fresh(in: graph, prefix: "")
    let (standard, own) = (
      fixed.anchorCodes(beside: x, noise: noise, sharing: SharedParts()),
      learned.anchorCodes(beside: x, noise: noise, sharing: SharedParts())
    )
    let means = [standard.mean(axes: [0]), own.mean(axes: [0])]
    let squares = standard.square().mean(axes: [0])
    let location = graph.parameter("p_z.loc", shape: [1, 2])
    let gradient = try graph.gradients(of: own.sum(), withRespectTo: [location])[0]
    let run = try Traced(graph, means + [squares, gradient], parameters: parameters)
    #expect(run(means[0]).allSatisfy { abs($0) < 0.08 })
    #expect(run(squares).allSatisfy { abs($0 - 1) < 0.12 })
    let expected = try #require(parameters["p_z.loc"]).elements
    #expect(zip(run(means[1]), expected).allSatisfy { abs($0 - $1) < 0.08 })
    #expect(run(gradient) == [0, 0])
  }
}
