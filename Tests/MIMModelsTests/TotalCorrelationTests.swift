import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Total correlation")
struct TotalCorrelationTests {
  @Test("the loss of each item is that of plain loops in NumPy")
  func reference() throws {
    let fixture = try Fixtures.arrays("total-correlation")
    let graph = Graph()
    func constant(_ name: String) throws -> Tensor {
      graph.constant(try #require(fixture[name]))
    }
    let z = try constant("z")
    let posterior = DiagonalGaussian(
      mean: try constant("mean"), logScale: try constant("logScale"), minScale: 0)
    let prior = StandardNormal(in: graph, shape: z.shape)
    let density = try constant("logLikelihood")
    var branch = Branch(
      x: z, z: z, posterior: posterior, likelihood: posterior, prior: prior,
      logPXGivenZ: density, logPZ: prior.logDensity(of: z),
      logQZGivenX: posterior.logDensity(of: z), logQX: density, logEncodingJoint: density)
    branch.dataCount = 60
    let loss = Objective.totalCorrelation(alpha: 0.5, gamma: 2).itemLoss(branch, graph.scalar(6))
    #expect(agree(try Traced(graph, [loss])(loss), try #require(fixture["loss"]).elements))
  }

  @Test("with weights 1 it is the VAE's loss, whatever the estimates are")
  func plain() throws {
    let model = try Model(specification: Small.specification(.vae), seed: 2)
    let network = model.specification.network()
    let graph = Graph()
    let x = graph.constant(Small.toy(16, validation: nil).train.items)
    let branch = network.encoderBranch(of: x, noise: .fresh(in: graph, prefix: ""))
    let one = graph.scalar(1)
    let losses = [Objective.variationalAutoencoder, .totalCorrelation()].map {
      $0.itemLoss(branch, one)
    }
    let run = try Traced(graph, losses, parameters: model.parameters)
    #expect(agree(run(losses[1]), run(losses[0]), tolerance: 1e-4))
  }

  @Test(
    "items that fill no batch are left out of the validation loss: no row of zeros is compared with",
    arguments: [96, 20])
  func partialBatches(count: Int) throws {
    var specification = Small.specification(.tcvae())
    specification.beta = 6
    let model = try Model(specification: specification, seed: 3)
    // Epoch 0 has the same noise for any number of items.
    func loss(_ split: DataSplit, batch: Int) throws -> Double {
      var options = TrainingOptions()
      options.batch = batch
      return try Validation(
        specification.network(), specification: specification, split: split,
        store: model.store(), options: options
      ).terms(epoch: 0, hasKL: true).loss
    }
    let split = Small.toy(count).train
    let whole = min(64, count)
    let first = DataSplit(role: .train, items: split.items.rows(Array(0..<whole)))
    // log 1/(N M) stands in log q(z) once, in Σ_d log q(z_d) twice: −5 times and 10 times with β = 6.
    let sizes = 5 * log(Double(count) / Double(whole))
    let (all, alone) = (try loss(split, batch: 64), try loss(first, batch: whole))
    #expect(abs(all - alone - sizes) <= 1e-4, "\(all), \(alone)")
  }

  @Test("it trains, and what it can't be used with is refused")
  func trains() throws {
    var specification = Small.specification(.tcvae(alpha: 1, gamma: 1))
    specification.beta = 6
    var options = TrainingOptions()
    options.epochs = 2
    options.batch = 64
    options.warmup = 1
    let model = try Trainer.train(
      Model(specification: specification, seed: 1), on: Small.toy(256, validation: 128),
      options: options)
    #expect(model.training?.history.epochs.allSatisfy { $0.train.loss.isFinite } == true)
    #expect(throws: ModelError.self) {
      try Trainer.check(specification, on: Small.toy(), options: options, ranks: 2)
    }
    for change: (inout ModelSpecification) -> Void in [
      { $0.posterior = .gmm(2) }, { $0.prior = .marginal }, { $0.entropy = .flip },
    ] {
      var changed = specification
      change(&changed)
      #expect(throws: ModelError.self) { try changed.validate() }
    }
  }
}

@Suite("Triangular posterior")
struct TriangularGaussianTests {
  /// Two items of three units: μ, log-diagonal, and a full matrix whose upper part must not matter.
  private static let location: [[Double]] = [[0.5, -1, 2], [0, 0.25, -0.5]]
  private static let logDiagonal: [[Double]] = [[-0.5, 0.25, 0], [0.5, -1, 0.75]]
  private static let factors: [[Double]] = [
    [9, 9, 9, 0.5, 9, 9, -1.5, 0.75, 9], [7, 7, 7, -0.25, 7, 7, 2, 1, 7],
  ]

  private func distribution(in graph: Graph) -> TriangularGaussian {
    func constant(_ rows: [[Double]]) -> Tensor {
      graph.constant(
        HostArray(rows.joined().map(Float.init), shape: [rows.count, rows[0].count]))
    }
    return TriangularGaussian(
      location: constant(Self.location), logDiagonal: constant(Self.logDiagonal),
      factors: constant(Self.factors), minScale: 0.1)
  }

  /// L of an item.
  private func matrix(_ item: Int) -> [[Double]] {
    (0..<3).map { row in
      (0..<3).map { column in
        if column == row { return exp(Self.logDiagonal[item][row]) + 0.1 }
        return column < row ? Self.factors[item][3 * row + column] : 0
      }
    }
  }

  /// −½ (z − μ)ᵀ Σ⁻¹ (z − μ) − ½ log |2π Σ| with Σ = L Lᵀ, by Cramer's rule.
  private func density(_ z: [Double], _ item: Int) -> Double {
    let l = matrix(item)
    let s = (0..<3).map { i in (0..<3).map { j in (0..<3).reduce(0) { $0 + l[i][$1] * l[j][$1] } } }
    func determinant(_ m: [[Double]]) -> Double {
      m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
        - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    }
    let u = zip(z, Self.location[item]).map { $0 - $1 }
    let whole = determinant(s)
    let solved = (0..<3).map { column -> Double in
      var changed = s
      for row in 0..<3 { changed[row][column] = u[row] }
      return determinant(changed) / whole
    }
    let square = zip(u, solved).reduce(0) { $0 + $1.0 * $1.1 }
    return -0.5 * square - 0.5 * log(whole) - 1.5 * log(2 * Double.pi)
  }

  @Test("densities are those of the Gaussian with covariance L Lᵀ, and a draw knows its own")
  func densities() throws {
    let graph = Graph()
    let gaussian = distribution(in: graph)
    let values: [[Double]] = [[1, 0.5, -2], [-1, 2, 0.25]]
    let z = graph.constant(HostArray(values.joined().map(Float.init), shape: [2, 3]))
    let density = gaussian.logDensity(of: z)
    let draw = gaussian.draw(from: .fresh(in: graph, prefix: ""), stream: "z")
    let own = try #require(draw.logDensity)
    let again = gaussian.logDensity(of: draw.value)
    let entropy = try #require(gaussian.entropy)
    let run = try Traced(graph, [density, draw.value, own, again, entropy])
    #expect(agree(run(density), (0..<2).map { Float(self.density(values[$0], $0)) }))
    let drawn = run(draw.value).map(Double.init)
    #expect(
      agree(
        run(own), (0..<2).map { Float(self.density(Array(drawn[3 * $0..<3 * $0 + 3]), $0)) },
        tolerance: 1e-4))
    #expect(agree(run(again), run(own), tolerance: 1e-4))
    for item in 0..<2 {
      let logs = (0..<3).reduce(0) { $0 + log(matrix(item)[$1][$1]) }
      #expect(abs(Double(run(entropy)[item]) - logs - 1.5 * log(2 * Double.pi * M_E)) < 1e-5)
    }
  }

  @Test("draws have the covariance L Lᵀ, and the deviations are its diagonal's roots")
  func moments() throws {
    let graph = Graph()
    let count = 40_000
    let one = distribution(in: graph)
    let many = one.rebuilt(
      from: one.parts.map {
        $0.slice(axis: 0, range: 0..<1).broadcast(to: [count, $0.shape[1]])
      })
    let draw = many.draw(from: .fresh(in: graph, prefix: ""), stream: "z").value
    let deviation = try #require(many.standardDeviation)
    let run = try Traced(graph, [draw, deviation], seed: 5)
    let z = run(draw).map(Double.init)
    let l = matrix(0)
    for i in 0..<3 {
      for j in 0...i {
        let expected = (0..<3).reduce(0) { $0 + l[i][$1] * l[j][$1] }
        let found = (0..<count).reduce(0.0) {
          $0 + (z[3 * $1 + i] - Self.location[0][i]) * (z[3 * $1 + j] - Self.location[0][j])
        }
        #expect(abs(found / Double(count) - expected) < 0.06, "\(i), \(j)")
        if i == j { #expect(abs(Double(run(deviation)[i]) - expected.squareRoot()) < 1e-5) }
      }
    }
  }

  @Test("a VAE with it trains, measures and survives its file")
  func model() throws {
    var specification = Small.specification(.vae)
    specification.posterior = .triangular
    var options = TrainingOptions()
    options.epochs = 2
    options.batch = 64
    let data = Small.toy(256, validation: 128)
    let model = try Trainer.train(
      Model(specification: specification, seed: 1), on: data, options: options)
    let split = try #require(data.val)
    let values = try ModelMetrics.evaluate(
      model, on: split, of: data, metrics: ["nll", "rate", "mi_q"])
    #expect(values.allSatisfy { $0.value.isFinite })
    let weights = ImportanceSampling(samples: 50)
    #expect(try weights.negativeLogLikelihood(of: model, on: split).value.isFinite)
    let again = try Model(safetensors: model.safetensors(), path: "m")
    #expect(again.specification == model.specification)
    specification.prior = .vampprior(PseudoInputs(3))
    #expect(throws: ModelError.self) { try specification.validate() }
    specification.prior = .normal
    specification.latentSize = 65
    #expect(throws: ModelError.self) { try specification.validate() }
  }
}
