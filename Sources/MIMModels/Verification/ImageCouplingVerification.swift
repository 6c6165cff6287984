import Foundation
import MIMTensor

/// `realnvp-image`: multi-scale Real NVP with the statistics of the batch and with running averages, and its inverse.
struct ImageCouplingVerification {
  private let run: MethodVerification
  private let sizes: Contents.Sizes

  private struct Contents: Decodable {
    struct Sizes: Decodable {
      let scales: Int
      let channels: Int
      let midChannels: Int
      let resBlocks: Int
      let size: Int
      let batch: Int

      enum CodingKeys: String, CodingKey {
        case scales, channels, size, batch
        case midChannels = "mid_channels"
        case resBlocks = "res_blocks"
      }
    }
    let config: Sizes
  }

  init(_ file: ReferenceFile) throws {
    run = try MethodVerification(file, convolution: .direct)
    sizes = try file.decode(Contents.self).config
    guard (1...6).contains(sizes.scales), (1...16).contains(sizes.channels),
      (1...256).contains(sizes.midChannels), (0...16).contains(sizes.resBlocks),
      (1...64).contains(sizes.size), (1...256).contains(sizes.batch),
      sizes.size.isMultiple(of: 1 << (sizes.scales - 1))
    else { throw file.unreadable("its sizes are out of range") }
  }

  private var image: ImageSize {
    ImageSize(channels: sizes.channels, height: sizes.size, width: sizes.size)
  }

  private var shape: Shape { Shape([sizes.batch] + image.dimensions) }

  private func scales(_ statistics: NormalizationStatistics) -> [CouplingScale] {
    CouplingScale.all(
      sizes.scales, prefix: "flows.", image: image, width: sizes.midChannels,
      blocks: sizes.resBlocks, statistics: statistics)
  }

  private func flow(_ scales: [CouplingScale]) -> MultiScaleFlow {
    MultiScaleFlow(image: image, levels: scales.map(\.level))
  }

  func rows() throws -> [VerificationRow] {
    for declaration in scales(.running).flatMap(\.parameters) {
      if declaration.role == .trained {
        _ = try run.parameter(declaration.name, shape: declaration.shape)
      } else {
        try run.setStatistic(declaration.name, shape: declaration.shape)
      }
    }
    let constraint = try run.structure("buffer.data_constraint")
    guard constraint.count == 1, (0.01...0.99).contains(constraint.elements[0]) else {
      throw run.file.unreadable("buffer.data_constraint is no number between 0.01 and 0.99")
    }
    let bytes = ByteValues(margin: (1 - constraint.elements[0]) / 2)
    let (x, u) = (try run.constant("x", shape: shape), try run.constant("u", shape: shape))
    let y = ((x * 255 + u) * (1 / 256)).reshape([sizes.batch, image.count])
    let (logit, stretch) = bytes.real(y)
    let updates = StatisticUpdates()
    let evaluated = outcome(flow(scales(.running)), logit, stretch)
    let trained = outcome(flow(scales(.batch(updates))), logit, stretch)
    let bits = 1 / (Float(image.count) * log(Float(2)))
    let given = try run.constant("z_given", shape: shape)
    return try run.rows(
      values: [
        ("nll_eval", evaluated.loss), ("bits_per_dim_eval", evaluated.loss * bits),
        ("nll_train", trained.loss), ("bits_per_dim_train", trained.loss * bits),
      ],
      outputs: [
        ("logit", logit.reshape(shape)), ("logit_log_det", stretch),
        ("eval.z", evaluated.z), ("eval.log_det", evaluated.logDeterminant),
        ("train.z", trained.z), ("train.log_det", trained.logDeterminant),
        (
          "eval.y_from_z",
          flow(scales(.running)).forward(parted(given)).value.reshape(shape)
        ),
      ] + after(updates))
  }

  private struct Outcome {
    let z: Tensor
    let logDeterminant: Tensor
    let loss: Tensor
  }

  private func outcome(
    _ flow: MultiScaleFlow, _ logit: Tensor, _ stretch: Tensor
  ) -> Outcome {
    let found = flow.encoded(logit)
    let logDeterminant = stretch - found.logDeterminant
    let codes = run.graph.concatenate(found.codes, axis: 1)
    let density = codes.standardNormalLogDensity(scale: 1) + logDeterminant
    let loss = -density.mean() + Float(image.count) * log(Float(256))
    return Outcome(z: joined(found.parts), logDeterminant: logDeterminant, loss: loss)
  }

  /// The codes of all scales in one image, each in the places that its numbers were factored out of.
  private func joined(_ parts: [Tensor]) -> Tensor {
    let images = scales(.running).map(\.image)
    return zip(images, parts).dropLast().reversed().reduce(parts[parts.count - 1]) { rest, scale in
      PixelOrder.squeezeByPlace(scale.0).forward(
        run.graph.concatenate([rest, scale.1], axis: 1)
      ).value
    }
  }

  /// Rows of codes, scale by scale, of such an image.
  private func parted(_ image: Tensor) -> Tensor {
    var (rest, codes): (Tensor, [Tensor]) = (image, [])
    func append(_ part: Tensor) {
      codes.append(part.reshape([sizes.batch, part.count / sizes.batch]))
    }
    for scale in scales(.running).dropLast() {
      let order = PixelOrder.squeezeByPlace(scale.image)
      let moved = order.inverse(rest).value
      let half = order.moved.channels / 2
      append(moved.slice(axis: 1, range: half..<2 * half))
      rest = moved.slice(axis: 1, range: 0..<half)
    }
    append(rest)
    return run.graph.concatenate(codes, axis: 1)
  }

  /// The running averages that the file has after a step: those of some layers.
  private func after(_ updates: StatisticUpdates) -> [(String, Tensor)] {
    let names = scales(.running).flatMap(\.parameters).filter { $0.role == .statistic }
    return names.compactMap { declaration in
      let name = "after.\(declaration.name)"
      let parameter = run.graph.parameter(declaration.name, shape: declaration.shape)
      guard run.file.array("out.\(name)") != nil,
        let update = updates.updates.first(where: { $0.parameter.id == parameter.id }),
        case .replacement(let value) = update.rule
      else { return nil }
      return (name, value)
    }
  }
}
