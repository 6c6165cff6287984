import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Importance-sampled likelihood")
struct ImportanceSamplingTests {
  /// x = W z + b + s ε in three dimensions, z of two: p(x) = N(b, W Wᵀ + s² I), known in closed form.
  /// The encoder is broad and a little off, so that weights differ.
  private func linear(
    deviation: Float
  ) throws -> (model: Model, weight: [[Double]], centre: [Double]) {
    let specification = ModelSpecification(
      objective: .vae, itemDimensions: [3], valueKind: .real, latentSize: 2, hidden: [])
    var parameters = try Model(specification: specification, seed: 3).parameters
    let weight: [[Double]] = [[0.8, -0.3], [0.2, 0.9], [-0.5, 0.4]]
    let centre = [0.3, -0.2, 0.1]
    for name in parameters.keys {
      guard var value = parameters[name] else { continue }
      let isDecoder = name.hasPrefix("p_x_given_z")
      switch name.split(separator: ".").suffix(2).joined(separator: ".") {
      case "fc_loc.weight" where isDecoder:
        value.elements = weight.flatMap { $0.map(Float.init) }
      case "fc_loc.bias" where isDecoder: value.elements = centre.map(Float.init)
      case "fc_logscale.bias":
        value.elements = value.elements.map { _ in isDecoder ? log(deviation) : 0 }
      case "fc_logscale.weight": value.elements = value.elements.map { _ in 0 }
      default: value.elements = value.elements.map { $0 * 0.3 }
      }
      parameters[name] = value
    }
    return (try Model(specification: specification, parameters: parameters), weight, centre)
  }

  /// −log N(x; centre, W Wᵀ + s² I) in three dimensions, by cofactors.
  private func exact(
    _ x: [Double], weight: [[Double]], centre: [Double], deviation: Double
  ) -> Double {
    var c = [[Double]](repeating: [0, 0, 0], count: 3)
    for i in 0..<3 {
      for j in 0..<3 {
        c[i][j] = weight[i][0] * weight[j][0] + weight[i][1] * weight[j][1]
        if i == j { c[i][j] += deviation * deviation }
      }
    }
    func cofactor(_ i: Int, _ j: Int) -> Double {
      c[(i + 1) % 3][(j + 1) % 3] * c[(i + 2) % 3][(j + 2) % 3]
        - c[(i + 1) % 3][(j + 2) % 3] * c[(i + 2) % 3][(j + 1) % 3]
    }
    let determinant = (0..<3).reduce(0) { $0 + c[0][$1] * cofactor(0, $1) }
    let d = zip(x, centre).map { $0 - $1 }
    var form = 0.0
    for i in 0..<3 { for j in 0..<3 { form += d[i] * cofactor(i, j) * d[j] / determinant } }
    return 0.5 * (form + log(determinant) + 3 * log(2 * Double.pi))
  }

  @Test("a linear Gaussian model's likelihood is that of its closed form")
  func closedForm() throws {
    let (model, weight, centre) = try linear(deviation: 0.5)
    let items: [[Double]] = [[0.3, -0.2, 0.1], [1, 0.5, -0.7], [-1.2, 0.4, 0.9]]
    let found = try ImportanceSampling(samples: 60_000, batch: 1000, seed: 5)
      .negativeLogLikelihoods(
        of: model, items: HostArray(items.flatMap { $0.map(Float.init) }, shape: [3, 3]))
    try #require(found.count == items.count)
    for (value, item) in zip(found, items) {
      let expected = exact(item, weight: weight, centre: centre, deviation: 0.5)
      #expect(abs(value - expected) < 0.02, "\(value) for \(expected)")
    }
  }

  @Test("an image model's likelihood is that of the direct form, for any batch and threads")
  func images() throws {
    var specification = ModelSpecification(
      objective: .amim, itemDimensions: [12, 12], valueKind: .binary, latentSizes: [6, 5])
    specification.likelihood = .bernoulli
    specification.prior = .vampprior(PseudoInputs(20))
    let model = try Model(specification: specification, seed: 4)
    var stream = RandomStream(seed: 6, stream: "images")
    let items = HostArray(stream.uniforms(288).map { $0.rounded() }, shape: [2, 12, 12])
    func value(_ threads: Int, _ convolution: ConvolutionAlgorithm) throws -> [Double] {
      try ImportanceSampling(
        samples: 30, batch: 20, seed: 1, threads: threads, convolution: convolution
      ).negativeLogLikelihoods(of: model, items: items)
    }
    let direct = try value(1, .direct)
    for threads in [1, 2] {
      let fast = try value(threads, .automatic)
      #expect(fast != direct, "the direct form was used")
      #expect(try value(threads, .automatic) == fast)
      for (one, other) in zip(fast, direct) { #expect(abs(one - other) < 1e-3 * abs(other)) }
    }
  }

  @Test("more draws bring a tighter bound; batches of any size and interruption")
  func bounds() throws {
    let (model, _, _) = try linear(deviation: 0.3)
    var stream = RandomStream(seed: 2, stream: "items")
    let items = HostArray(stream.normals(300), shape: [100, 3])
    let split = DataSplit(role: .test, items: items)
    var last = Double.infinity
    for samples in [1, 10, 1000] {
      let value = try ImportanceSampling(samples: samples, batch: 7, seed: 1)
        .negativeLogLikelihood(of: model, on: split)
      #expect(value.value < last && value.count == 100 && value.standardError != nil)
      last = value.value
    }
    struct Stop: Error {}
    var shares: [Double] = []
    #expect(throws: Stop.self) {
      _ = try ImportanceSampling(samples: 10, batch: 100).negativeLogLikelihood(
        of: model, on: split
      ) {
        shares.append($0)
        if shares.count == 3 { throw Stop() }
      }
    }
    #expect(shares == [0.1, 0.2, 0.3])
  }

  @Test("what is computed once of x gives the terms of the whole model, for every architecture")
  func parts() throws {
    var specifications = [NetworkChoice.conv, .pixelcnn(layers: 3, channels: 16)].map {
      ModelSpecification(
        objective: .amim, itemDimensions: [1, 8, 8], valueKind: .binary, latentSizes: [5, 3],
        decoder: $0)
    }
    for index in specifications.indices {
      specifications[index].likelihood = .bernoulli
      specifications[index].prior = .vampprior(PseudoInputs(6))
    }
    var flat = Small.specification()
    flat.posterior = .gmm(3)
    for specification in specifications + [flat] {
      let model = try Model(specification: specification, seed: 2)
      var stream = RandomStream(seed: 1, stream: "x")
      let width = specification.itemSize
      let items = HostArray(stream.uniforms(4 * width).map { $0.rounded() }, shape: [4, width])
      let network = specification.network()
      // One draw an item: a likelihood of one sample, with the same noise.
      let whole = try BatchedProgram(
        network, width: width, batch: 4, store: ParameterStore(model.parameters), seed: 9,
        threads: 1
      ) { x, shared in
        let terms = network.encoderBranch(
          of: x, noise: .fresh(in: x.graph, prefix: "importance."), sharing: shared)
        return [terms.logQZGivenX - terms.logPXGivenZ - terms.logPZ]
      }.run(items)[0].elements
      let parts = try ImportanceSampling(samples: 1, batch: 4, seed: 9)
        .negativeLogLikelihoods(of: model, items: items)
      #expect(agree(parts.map(Float.init), whole, tolerance: 1e-5))
    }
  }
}
