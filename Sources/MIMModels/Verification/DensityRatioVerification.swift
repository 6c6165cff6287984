import MIMTensor

/// `asvae`: both branches of the adversarial symmetric VAE and its ratio networks; tanh units, Gaussians with scale exp(ls).
struct DensityRatioVerification {
  private let run: MethodVerification
  private let sizes: Contents.Sizes
  private let ratios: DensityRatios

  private struct Contents: Decodable {
    struct Sizes: Decodable {
      let x_dim: Int
      let z_dim: Int
      let hidden: Int
      let batch: Int
      let likelihood: String
    }
    let config: Sizes
  }

  init(_ file: ReferenceFile) throws {
    run = try MethodVerification(file)
    sizes = try file.decode(Contents.self).config
    guard (1...4096).contains(sizes.x_dim), (1...4096).contains(sizes.z_dim),
      (1...4096).contains(sizes.hidden), (1...4096).contains(sizes.batch),
      sizes.likelihood == "gaussian"
    else { throw file.unreadable("its sizes or its likelihood are not ones that can be compared") }
    func network(_ name: String, _ run: MethodVerification, _ sizes: Contents.Sizes) throws
      -> [Linear]
    {
      [
        try run.linear("\(name).0", inputs: sizes.x_dim + sizes.z_dim, outputs: sizes.hidden),
        try run.linear("\(name).2", inputs: sizes.hidden, outputs: 1),
      ]
    }
    ratios = DensityRatios(
      encoding: try network("f1", run, sizes), decoding: try network("f2", run, sizes), rate: 1)
  }

  func rows() throws -> [VerificationRow] {
    let x = try run.constant("x", shape: [sizes.batch, sizes.x_dim])
    let codes: Shape = [sizes.batch, sizes.z_dim]
    let noise = NoiseSource.given(
      [
        "z": try run.constant("eps_z", shape: codes),
        "x": try run.constant("eps_x", shape: x.shape),
      ],
      in: run.graph)
    let encoder = try encoderBranch(x, noise)
    let decoder = try decoderBranch(run.constant("z_prior", shape: codes), noise)
    let one = run.graph.scalar(1)
    let objective = Objective.adversarialSymmetric
    let total =
      objective.itemLoss(encoder, one).mean() + objective.itemLoss(decoder, one).mean()
    let losses = ratios.losses(encoder: encoder, decoder: decoder)
    return try run.rows(
      values: [
        ("model_loss", total), ("f1_loss", losses.encoding), ("f2_loss", losses.decoding),
      ],
      outputs: [
        ("z_q", encoder.z), ("x_p", decoder.x), ("log_p_x_given_zq", encoder.logPXGivenZ),
        ("log_q_zp_given_xp", decoder.logQZGivenX), ("f1", encoder.adversary ?? one),
        ("f2", decoder.adversary ?? one),
      ], fixed: ["model_loss": ["f1.", "f2."]])
  }

  private func gaussian(
    _ name: String, of value: Tensor, inputs: Int, outputs: Int
  ) throws -> DiagonalGaussian {
    let features = try run.linear("\(name).0", inputs: inputs, outputs: sizes.hidden)
      .apply(value, activation: .tanh)
    func head(_ part: String) throws -> Tensor {
      try run.linear("\(name)_\(part)", inputs: sizes.hidden, outputs: outputs).apply(features)
    }
    return DiagonalGaussian(mean: try head("mu"), logScale: try head("ls"), minScale: 0)
  }

  private func posterior(of x: Tensor) throws -> DiagonalGaussian {
    try gaussian("enc", of: x, inputs: sizes.x_dim, outputs: sizes.z_dim)
  }

  private func likelihood(of z: Tensor) throws -> DiagonalGaussian {
    try gaussian("dec", of: z, inputs: sizes.z_dim, outputs: sizes.x_dim)
  }

  private func branch(
    _ x: Tensor, _ z: Tensor, _ posterior: DiagonalGaussian, _ likelihood: DiagonalGaussian,
    isDecoder: Bool
  ) -> Branch {
    let (recon, own) = (likelihood.logDensity(of: x), posterior.logDensity(of: z))
    let prior = StandardNormal(in: run.graph, shape: z.shape)
    // log q(x) stands in no term of this objective.
    var branch = Branch(
      x: x, z: z, posterior: posterior, likelihood: likelihood, prior: prior, logPXGivenZ: recon,
      logPZ: prior.logDensity(of: z), logQZGivenX: own, logQX: recon, logEncodingJoint: recon)
    branch.isOfDecoder = isDecoder
    branch.adversary = ratios.value(of: branch, isDecoder: isDecoder)
    return branch
  }

  private func encoderBranch(_ x: Tensor, _ noise: NoiseSource) throws -> Branch {
    let posterior = try posterior(of: x)
    let z = posterior.draw(from: noise, stream: "z").value
    return branch(x, z, posterior, try likelihood(of: z), isDecoder: false)
  }

  private func decoderBranch(_ z: Tensor, _ noise: NoiseSource) throws -> Branch {
    let likelihood = try likelihood(of: z)
    let x = likelihood.draw(from: noise, stream: "x").value
    return branch(x, z, try posterior(of: x), likelihood, isDecoder: true)
  }
}
