import Foundation
import MIMTensor

/// `csvae`: the five terms of the conditional subspace VAE, its loss and that of its label predictor.
struct SubspaceVerification {
  private let run: MethodVerification
  private let sizes: Contents.Sizes

  private struct Contents: Decodable {
    struct Sizes: Decodable {
      let x_dim: Int
      let w_dim: Int
      let z_dim: Int
      let batch: Int
      let beta: [Double]
    }
    let config: Sizes
  }

  init(_ file: ReferenceFile) throws {
    run = try MethodVerification(file)
    sizes = try file.decode(Contents.self).config
    guard [sizes.x_dim, sizes.w_dim, sizes.z_dim, sizes.batch].allSatisfy((1...4096).contains),
      sizes.beta.count == 5, sizes.beta[0] > 0, sizes.beta.allSatisfy(\.isFinite)
    else { throw file.unreadable("its sizes or its weights are not ones that can be compared") }
  }

  func rows() throws -> [VerificationRow] {
    let branch = try branch()
    let predictor = try predictor()
    let objective = Objective.subspace(
      labelWeight: sizes.beta[1], restWeight: sizes.beta[2], fooling: sizes.beta[3])
    let losses = objective.itemLoss(branch, run.graph.scalar(1)) - constant
    let surprisals = predictor.surprisals(of: branch)
    guard let units = branch.divergencePerUnit, let entropies = branch.adversary,
      let mean = branch.likelihood.mean, branch.posterior.parts.count == 2
    else { throw run.file.unreadable("its distributions have no closed forms") }
    // The location and the logarithm of the scale: validation saw to it that the encoder is Gaussian.
    let (location, logScale) = (branch.posterior.parts[0], branch.posterior.parts[1])
    return try run.rows(
      values: [
        ("main_loss", losses.sum()), ("label_loss", surprisals.sum() * Float(sizes.beta[4])),
      ],
      outputs: [
        ("mu_w", label(location)), ("mu_z", rest(location)),
        ("logvar_w", label(logScale) * 2), ("logvar_z", rest(logScale) * 2),
        ("w", label(branch.z)), ("z", rest(branch.z)), ("mu_x", mean),
        ("p_y", predictor.logProbabilities(of: branch.z).exp()),
        ("reconstruction", (branch.x - mean).square().sum(axes: [-1])),
        ("kl_w", label(units).sum(axes: [-1])), ("kl_z", rest(units).sum(axes: [-1])),
        ("negative_entropy", entropies), ("label_nll", surprisals),
      ],
      // The model leaves the predictor as it is.
      fixed: ["main_loss": ["decoder_y."]])
  }

  private func label(_ units: Tensor) -> Tensor { units.slice(axis: 1, range: 0..<sizes.w_dim) }

  private func rest(_ units: Tensor) -> Tensor {
    units.slice(axis: 1, range: sizes.w_dim..<sizes.w_dim + sizes.z_dim)
  }

  /// The standard deviation whose squared errors have the weight β₁.
  private var deviation: Double { (0.5 / sizes.beta[0]).squareRoot() }

  /// What −log p(x|w, z) has beside the weighted squared error.
  private var constant: Float {
    Float(Double(sizes.x_dim) * (log(deviation) + 0.5 * log(2 * Double.pi)))
  }

  private func branch() throws -> Branch {
    let x = try run.constant("x", shape: [sizes.batch, sizes.x_dim])
    let y = try run.constant("y", shape: [sizes.batch]).reshape([sizes.batch, 1])
    // Noise of a draw of x, in which nothing that is given has a part.
    _ = try run.constant("eps_x", shape: x.shape)
    let graph = run.graph
    let posterior = try gaussian(
      "encoder_w", of: graph.concatenate([x, y], axis: 1), outputs: sizes.w_dim
    ).beside(try gaussian("encoder_z", of: x, outputs: sizes.z_dim))
    let noise = NoiseSource.given(
      [
        "code": graph.concatenate(
          [
            try run.constant("eps_w", shape: [sizes.batch, sizes.w_dim]),
            try run.constant("eps_z", shape: [sizes.batch, sizes.z_dim]),
          ], axis: 1)
      ], in: graph)
    let z = posterior.draw(from: noise, stream: "code").value
    let outputs = try perceptron("decoder_x", of: z, outputs: 2 * sizes.x_dim)
    let mean = outputs.slice(axis: 1, range: 0..<sizes.x_dim)
    let likelihood = DiagonalGaussian(
      mean: mean, logScale: graph.scalar(Float(log(deviation))).broadcast(to: mean.shape),
      minScale: 0)
    let attributes = LabelAttributes(classCount: 2)
    let prior = LabelSubspace(
      attributes: attributes, units: sizes.w_dim, width: sizes.w_dim + sizes.z_dim
    ).prior(of: y)
    let (recon, own) = (likelihood.logDensity(of: x), posterior.logDensity(of: z))
    // log q(x) stands in no term of this objective.
    var branch = Branch(
      x: x, z: z, posterior: posterior, likelihood: likelihood, prior: prior, logPXGivenZ: recon,
      logPZ: prior.logDensity(of: z), logQZGivenX: own, logQX: recon, logEncodingJoint: recon)
    (branch.classes, branch.labelUnits) = (attributes.classes(of: y), sizes.w_dim)
    branch.adversary = try predictor().value(of: branch, isDecoder: false)
    return branch
  }

  private func predictor() throws -> LabelPredictor {
    LabelPredictor(
      network: try layers("decoder_y", inputs: sizes.z_dim, outputs: 2), first: sizes.w_dim, rate: 1
    )
  }

  private func layers(_ name: String, inputs: Int, outputs: Int) throws -> [Linear] {
    let layers = try [0, 2, 4].map { try run.linear("\(name).fcs.\($0)") }
    guard layers[0].inputs == inputs, layers[1].inputs == layers[0].outputs,
      layers[2].inputs == layers[1].outputs, layers[2].outputs == outputs
    else { throw run.file.unreadable("the layers of \(name) don't fit each other") }
    return layers
  }

  private func perceptron(_ name: String, of x: Tensor, outputs: Int) throws -> Tensor {
    try layers(name, inputs: x.shape[1], outputs: outputs).enumerated().reduce(x) {
      $1.element.apply($0, activation: $1.offset == 2 ? .none : .relu)
    }
  }

  private func gaussian(_ name: String, of x: Tensor, outputs: Int) throws -> DiagonalGaussian {
    let heads = try perceptron(name, of: x, outputs: 2 * outputs)
    return DiagonalGaussian(
      mean: heads.slice(axis: 1, range: 0..<outputs),
      logScale: heads.slice(axis: 1, range: outputs..<2 * outputs) * 0.5, minScale: 0)
  }
}
