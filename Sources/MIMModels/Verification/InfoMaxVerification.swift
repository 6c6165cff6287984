import Foundation
import MIMTensor

/// `dim-local`, `dim-global` and `dim-prior`: the losses of Deep InfoMax on given features, codes and draws.
struct InfoMaxVerification {
  private let run: MethodVerification
  private let file: ReferenceFile

  /// What the authors' code has for the scores of the own item among the negatives.
  private static let ownScore: Float = -10

  init(_ file: ReferenceFile) throws {
    run = try MethodVerification(file)
    self.file = file
  }

  private func check(_ sizes: [Int], batch: Int) throws {
    guard sizes.allSatisfy((1...512).contains), (2...512).contains(batch) else {
      throw file.unreadable("its sizes are not ones that can be compared")
    }
  }

  private struct Local: Decodable {
    struct Sizes: Decodable {
      let batch: Int
      let local_channels: Int
      let z_dim: Int
      let units: Int
      let size: Int
    }
    let config: Sizes
  }

  /// Every place of a feature map beside the code of each image, through both networks.
  func localRows() throws -> [VerificationRow] {
    let sizes = try file.decode(Local.self).config
    try check([sizes.local_channels, sizes.z_dim, sizes.units, sizes.size], batch: sizes.batch)
    let (batch, places) = (sizes.batch, sizes.size * sizes.size)
    let map = try run.constant(
      "local", shape: [batch, sizes.local_channels, sizes.size, sizes.size])
    let codes = try run.constant("global", shape: [batch, sizes.z_dim, 1, 1])
    let features = ScoreNetwork.apply(
      map.reshape([batch, sizes.local_channels, places]).transpose()
        .reshape([batch * places, sizes.local_channels]),
      try weights("local_net", inputs: sizes.local_channels, units: sizes.units))
    let ownCodes = ScoreNetwork.apply(
      codes.reshape([batch, sizes.z_dim]),
      try weights("global_net", inputs: sizes.z_dim, units: sizes.units))
    let scores = FeatureScores(codes: ownCodes, features: features)
    return try run.rows(
      values: [
        ("jsd", scores.jensenShannon), ("gan", scores.discriminator),
        ("infonce", scores.infoNCE(ownScore: Self.ownScore)), ("dv", scores.donskerVaradhan),
        ("f_KL", scores.kullbackLeibler), ("f_RKL", scores.reverseKullbackLeibler),
        ("f_X2", scores.chiSquared), ("f_H2", scores.hellinger),
      ],
      outputs: [
        ("l", features.reshape([batch, places, sizes.units]).transpose()),
        ("m", ownCodes.reshape([batch, sizes.units, 1])),
      ])
  }

  private func weights(_ name: String, inputs: Int, units: Int) throws -> ScoreNetwork.Weights {
    func matrix(_ part: String, _ columns: Int) throws -> Tensor {
      try run.parameter("\(name).\(part).weight", shape: [units, columns, 1, 1])
        .reshape([units, columns])
    }
    func vector(_ part: String) throws -> Tensor {
      try run.parameter("\(name).\(part)", shape: [units])
    }
    return ScoreNetwork.Weights(
      first: try matrix("block_nonlinear.0", inputs),
      normalScale: try vector("block_nonlinear.1.weight"),
      normalShift: try vector("block_nonlinear.1.bias"),
      second: (try matrix("block_nonlinear.3", units), try vector("block_nonlinear.3.bias")),
      shortcut: try matrix("linear_shortcut", inputs),
      layerScale: try vector("block_ln.1.weight"), layerShift: try vector("block_ln.1.bias"))
  }

  private struct Global: Decodable {
    struct Sizes: Decodable {
      let batch: Int
      let units: Int
    }
    let config: Sizes
  }

  /// One vector for an image.
  func globalRows() throws -> [VerificationRow] {
    let sizes = try file.decode(Global.self).config
    try check([sizes.units], batch: sizes.batch)
    let shape: Shape = [sizes.batch, sizes.units]
    let features = try run.constant("l", shape: [sizes.batch, sizes.units, 1])
    let codes = try run.constant("m", shape: [sizes.batch, sizes.units, 1])
    let scores = FeatureScores(codes: codes.reshape(shape), features: features.reshape(shape))
    return try run.rows(
      values: [
        ("jsd", scores.jensenShannon), ("infonce", scores.infoNCE(ownScore: Self.ownScore)),
        ("dv", scores.donskerVaradhan),
      ], outputs: [])
  }

  private struct Prior: Decodable {
    struct Sizes: Decodable {
      let batch: Int
      let z_dim: Int
      let hidden: [Int]
    }
    let config: Sizes
  }

  /// The discriminator's loss with the penalty on its slope, and the encoder's.
  func priorRows() throws -> [VerificationRow] {
    let sizes = try file.decode(Prior.self).config
    try check([sizes.z_dim, sizes.hidden.count] + sizes.hidden, batch: sizes.batch)
    let codes = try run.constant("code", shape: [sizes.batch, sizes.z_dim])
    let draws = try run.constant("prior", shape: codes.shape)
    let widths = [sizes.z_dim] + sizes.hidden + [1]
    let matching = PriorMatching(
      network: try (0..<widths.count - 1).map {
        try run.linear("\(2 * $0)", inputs: widths[$0], outputs: widths[$0 + 1])
      }, rate: 1)
    let losses = matching.losses(uniform: draws, codes: codes)
    return try run.rows(
      values: [
        ("discriminator_without_penalty", losses.discriminator),
        ("gradient_penalty", losses.penalty),
        ("discriminator", losses.discriminator + losses.penalty),
        ("encoder", matching.fooling(codes).mean()),
      ], outputs: [])
  }
}

/// The divergences of the authors' code (after Nowozin et al. 2016, arXiv:1606.00709) that no word offers: scores that are dot products of many
/// units overflow their exponentials, χ² as it stands there has no lower bound, and a GAN's discriminator is `jensenShannon` but for a constant.
extension FeatureScores {
  fileprivate var discriminator: Tensor { jensenShannon + Float(2 * log(2.0)) }

  fileprivate var kullbackLeibler: Tensor {
    meanOfOthers((scores - 1).exp()) - meanOfOwn(scores)
  }

  fileprivate var reverseKullbackLeibler: Tensor {
    meanOfOthers(scores - 1) + meanOfOwn((-scores).exp())
  }

  fileprivate var hellinger: Tensor {
    meanOfOthers(scores.exp() - 1) - meanOfOwn(1 - (-scores).exp())
  }

  fileprivate var chiSquared: Tensor {
    meanOfOthers((scores.abs() + 1).square() * -0.5) - meanOfOwn(scores.square())
  }
}
