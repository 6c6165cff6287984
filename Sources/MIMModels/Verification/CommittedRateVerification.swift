import MIMTensor

/// `deltavae-…`: the two forms of a δ-VAE's committed rate.
struct CommittedRateVerification {
  private let run: MethodVerification

  init(_ file: ReferenceFile) throws { run = try MethodVerification(file) }

  private struct PosteriorContents: Decodable {
    struct Sizes: Decodable {
      let z_dim: Int
      let batch: Int
      let delta: Double
    }
    let config: Sizes
    let bounds: [String: [Double]]
  }

  /// σ's bounds, the posterior's head, and KL ≥ δ. The probe weighs μ and σ, as the divergence doesn't depend on s.
  func posteriorRows() throws -> [VerificationRow] {
    let contents = try run.file.decode(PosteriorContents.self)
    let sizes = contents.config
    guard (1...4096).contains(sizes.z_dim), (1...4096).contains(sizes.batch),
      sizes.delta > 0, sizes.delta <= 10
    else { throw run.file.unreadable("its sizes or its delta are out of range") }
    let shape: Shape = [sizes.batch, sizes.z_dim]
    func input(_ name: String) throws -> Tensor { try run.constant(name, shape: shape) }
    let rate = CommittedRate(delta: sizes.delta)
    let posterior = rate.distribution(
      mean: try input("mean_raw"), scale: try input("scale_raw"))
    let prior = StandardNormal(in: run.graph, shape: shape)
    guard
      let divergence = ClosedFormDivergence.perUnit(posterior, from: prior, at: posterior.location)
    else { throw run.file.unreadable("the divergence has no closed form") }
    let probe =
      try (input("weight_mu") * posterior.location + input("weight_sigma") * posterior.scale).sum()
    let bounds = try contents.bounds.sorted { $0.key < $1.key }.flatMap { key, pair in
      guard let delta = Double(key), delta > 0, delta <= 10, pair.count == 2 else {
        throw run.file.unreadable("bounds.\(key) is not two numbers for a delta")
      }
      let rate = CommittedRate(delta: delta)
      return [
        run.file.number("bounds.\(key).lower", pair[0], rate.lower),
        run.file.number("bounds.\(key).upper", pair[1], rate.upper),
      ]
    }
    return try bounds
      + run.rows(
        values: [
          ("sigma_lower", run.graph.scalar(Float(rate.lower))),
          ("sigma_upper", run.graph.scalar(Float(rate.upper))),
          ("kl", divergence.sum(axes: [1]).mean()), ("probe", probe),
        ],
        outputs: [("mu", posterior.location), ("sigma", posterior.scale), ("kl", divergence)],
        sections: ["bounds"])
  }

  private struct ProcessContents: Decodable {
    struct Sizes: Decodable {
      let steps: Int
      let dims: Int
      let batch: Int
    }
    let config: Sizes
  }

  /// The divergence of independent steps from an AR(1) process, its least value, and the process's density.
  func processRows() throws -> [VerificationRow] {
    let sizes = try run.file.decode(ProcessContents.self).config
    guard (2...4096).contains(sizes.steps), (1...4096).contains(sizes.dims),
      (1...4096).contains(sizes.batch)
    else { throw run.file.unreadable("its sizes are out of range") }
    let shape: Shape = [sizes.batch, sizes.steps, sizes.dims]
    let flat: Shape = [sizes.batch, sizes.steps * sizes.dims]
    func input(_ name: String) throws -> Tensor {
      try run.constant(name, shape: shape).reshape(flat)
    }
    let alpha = try run.constant("alpha", shape: [sizes.dims])
    let row = alpha.reshape([1, sizes.dims])
    let process = AutoregressiveNormal(
      alpha: row.broadcast(to: [sizes.batch, sizes.dims]), steps: sizes.steps)
    let posterior = DiagonalGaussian(
      mean: try input("mu"), logScale: try input("log_sigma"), minScale: 0)
    let perDimension = process.divergencePerUnit(of: posterior).reshape(shape).sum(axes: [1])
    // The best posterior has mean 0 and these variances.
    let square = row.square()
    let (ends, inner) = (1 - square, (1 - square) / (1 + square))
    let best = run.graph.concatenate(
      [ends] + [Tensor](repeating: inner, count: sizes.steps - 2) + [ends], axis: 0)
    let bestPosterior = DiagonalGaussian(
      mean: best.reshape([1, flat[1]]) * 0, logScale: best.reshape([1, flat[1]]).log() * 0.5,
      minScale: 0)
    let committed = AutoregressiveNormal(alpha: row, steps: sizes.steps)
      .divergencePerUnit(of: bestPosterior).reshape([sizes.steps, sizes.dims]).sum(axes: [0])
    return try run.rows(
      values: [("kl", perDimension.sum(axes: [1]).mean()), ("delta", committed.sum())],
      outputs: [
        ("kl", perDimension), ("committed_rate", committed), ("best_variance", best),
        ("log_prior", process.logDensity(of: input("z"))),
      ])
  }
}
