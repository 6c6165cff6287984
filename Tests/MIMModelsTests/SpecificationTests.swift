import MIMModels
import MIMTensor
import Testing

@Suite("Model specifications and fresh models")
struct SpecificationTests {
  @Test("options that can't be used are refused by name, alone or beside others")
  func refusals() {
    let changes: [(String, (inout ModelSpecification) -> Void)] = [
      ("z", { $0.latentSize = 0 }), ("z", { $0.latentSize = .max }),
      ("enc", { $0.encoder = .mlp([0]) }), ("dec", { $0.decoder = .mlp([5, -1]) }),
      ("enc/dec", { $0.encoder = .mlp([1 << 20, 1 << 20]) }),
      ("beta", { $0.beta = -1 }), ("beta", { $0.beta = .infinity }),
      ("min_scale", { $0.minScale = 0 }), ("min_scale", { $0.minScale = .nan }),
      ("items", { $0.itemDimensions = [0] }),
      ("items", { $0.itemDimensions = [1 << 20, 1 << 20] }),
      ("likelihood", { $0.likelihood = .bernoulli }), ("likelihood", { $0.likelihood = .gmm(0) }),
      ("posterior", { $0.posterior = .delta }), ("prior", { $0.prior = .gmm(1 << 40) }),
      ("posterior", { $0.objective = .ae }),
      ("entropy", { ($0.objective, $0.posterior, $0.entropy) = (.ae, .delta, .flip) }),
      ("qx", { ($0.valueKind, $0.likelihood, $0.marginal) = (.binary, .bernoulli, .learned) }),
    ]
    for (name, change) in changes {
      var specification = Small.specification()
      change(&specification)
      do {
        try specification.validate()
        Issue.record("\(name) should be refused")
      } catch {
        #expect("\(error)".hasPrefix("\(name)="), "\(error)")
      }
    }
  }

  @Test("a fresh model has PyTorch's names, shapes and bounds")
  func initialisation() throws {
    let model = try Model(specification: Small.specification(hidden: [40, 30]), seed: 1)
    let shapes: [String: Shape] = [
      "q_z_given_x.0.weight": [40, 2], "q_z_given_x.2.weight": [30, 40],
      "q_z_given_x.4.fc_loc.bias": [2], "q_z_given_x.4.fc_logscale.weight": [2, 30],
      "p_x_given_z.0.weight": [30, 2], "p_x_given_z.2.weight": [40, 30],
      "p_x_given_z.4.fc_logscale.bias": [2],
    ]
    for (name, shape) in shapes { #expect(model.parameters[name]?.shape == shape, "\(name)") }
    #expect(model.parameters.count == 16)
    let weights = try #require(model.parameters["q_z_given_x.2.weight"]).elements
    let bound = 1 / Float(40).squareRoot()
    let variance = weights.reduce(0) { $0 + Double($1 * $1) } / Double(weights.count)
    #expect(weights.allSatisfy { abs($0) <= bound } && (weights.max() ?? 0) > 0.98 * bound)
    #expect(abs(variance / Double(bound * bound / 3) - 1) < 0.1)
  }

  @Test("a seed gives one model; another layer changes no other layer's first values")
  func seeds() throws {
    let model = try Model(specification: Small.specification(), seed: 1)
    #expect(try Model(specification: Small.specification(), seed: 1).parameters == model.parameters)
    #expect(try Model(specification: Small.specification(), seed: 2).parameters != model.parameters)
    var wider = Small.specification()
    wider.prior = .learned
    let other = try Model(specification: wider, seed: 1)
    #expect(model.parameters.allSatisfy { other.parameters[$0.key] == $0.value })
    #expect(other.parameters["p_z.loc"]?.shape == [1, 2])
  }

  @Test("a summary counts parameters and announces the plan's memory and work")
  func summary() throws {
    let model = try Model(specification: Small.specification(hidden: [50]), seed: 1)
    let summary = try model.summary()
    #expect(summary.parameterCount == model.parameterCount)
    #expect(summary.layers.reduce(0) { $0 + $1.parameterCount } == 2 * (3 * 50 + 4 * 51))
    #expect(summary.layers.map(\.description).contains("2 → 50, tanh"))
    #expect(summary.objective.contains("E_M(x,z)") && summary.densities.count == 4)
    let asymmetric = try Model(specification: Small.specification(.amim, hidden: [50]), seed: 1)
    let plain = try Model(specification: Small.specification(.vae), seed: 1).summary()
    #expect(plain.densities.count == 3)
    #expect(try asymmetric.summary().flopsPerStep < summary.flopsPerStep)
    #expect(summary.peakBytes > 10_000 && summary.flopsPerStep > 1_000_000)
    #expect(throws: ModelError.self) { try model.summary(batch: 0) }
  }

  @Test("what a step is said to cost is what its plan costs, for dense and image models")
  func cost() throws {
    let specifications =
      [ObjectiveChoice.mim, .amim, .vae].map { Small.specification($0, hidden: [50]) }
      + [NetworkChoice.conv, ImageModelTests.pixel].map {
        SmallImages.specification(decoder: $0)
      }
    for specification in specifications {
      for convolution in ConvolutionAlgorithm.allCases {
        var model = try Model(specification: specification, seed: 1)
        model.convolution = convolution
        var options = TrainingOptions()
        options.batch = 8
        let step = try TrainingStep(
          specification.network(), specification: specification, store: model.store(),
          options: options, decoderBranch: specification.tracedObjective.hasDecoderBranch,
          binarises: false)
        let (plan, said) = (step.plan.summary, try model.summary(batch: 8))
        #expect(said.peakBytes == plan.peakBytes && said.parameterBytes == plan.parameterBytes)
        #expect(said.flopsPerStep == plan.flopsPerStep && said.passes == plan.passes)
      }
    }
  }

  @Test("a step's cost is known without its memory: tens of gigabytes are announced at once")
  func unplanned() throws {
    let model = try Model(specification: Small.specification(hidden: [2000, 2000]), seed: 1)
    #expect(try model.summary(batch: 1_000_000).peakBytes > 1 << 35)
  }

  @Test("a model with wrong parameters can't be made")
  func wrongParameters() throws {
    var parameters = try Model(specification: Small.specification(), seed: 1).parameters
    parameters["q_z_given_x.0.bias"] = nil
    #expect(throws: ModelError.self) {
      try Model(specification: Small.specification(), parameters: parameters)
    }
  }
}
