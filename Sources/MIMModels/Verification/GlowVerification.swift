import Foundation
import MIMTensor

/// `glow-step-…`, `glow-actnorm-init` and `glow-model`: a step in its forms, as a public port and as the authors' code have it, actnorm's
/// first values, and a whole model.
struct GlowVerification {
  private let run: MethodVerification
  private let sizes: Contents.Sizes

  private struct Contents: Decodable {
    struct Sizes: Decodable {
      let channels: Int
      let size: Int
      let batch: Int
      let hidden: Int?
      let steps: Int?
      let levels: Int?
      let lu: Bool?
      let permutation: String?
      let coupling: String?
    }
    let config: Sizes
  }

  init(_ file: ReferenceFile) throws {
    run = try MethodVerification(file, convolution: .direct)
    sizes = try file.decode(Contents.self).config
    guard (1...64).contains(sizes.channels), (1...64).contains(sizes.size),
      (1...256).contains(sizes.batch), (1...256).contains(sizes.hidden ?? 1),
      (1...16).contains(sizes.steps ?? 1), (1...6).contains(sizes.levels ?? 1)
    else { throw file.unreadable("its sizes are out of range") }
  }

  private var image: ImageSize {
    ImageSize(channels: sizes.channels, height: sizes.size, width: sizes.size)
  }

  private func images(_ name: String) throws -> Tensor {
    try run.constant(name, shape: Shape([sizes.batch] + image.dimensions))
  }

  /// Parameters and fixed arrays that steps are made of, as the file has them.
  private func take(_ declarations: [ParameterDeclaration]) throws {
    for declaration in declarations {
      if declaration.role == .trained {
        _ = try run.parameter(declaration.name, shape: declaration.shape)
      } else {
        try run.setStatistic(declaration.name, shape: declaration.shape)
      }
    }
  }

  // MARK: - One step

  private func layout() throws -> GlowLayout {
    guard let width = sizes.hidden else { throw run.file.unreadable("config.hidden is missing") }
    let mixing: GlowLayout.Mixing
    switch sizes.permutation ?? "invconv" {
    case "invconv": mixing = sizes.lu ?? true ? .lu : .plain
    case "reverse": mixing = .reverse
    case let other:
      throw run.file.unreadable("permutation \(other) is not one that can be compared")
    }
    let coupling = sizes.coupling ?? "affine"
    guard ["affine", "additive"].contains(coupling) else {
      throw run.file.unreadable("coupling \(coupling) is not one that can be compared")
    }
    return GlowLayout(
      width: width, mixing: mixing, isAffine: coupling == "affine", seesBorder: false)
  }

  private func requireHalves() throws {
    guard sizes.channels.isMultiple(of: 2) else {
      throw run.file.unreadable("\(sizes.channels) channels have no halves")
    }
  }

  func stepRows() throws -> [VerificationRow] {
    try requireHalves()
    let step = try layout().step("", channels: sizes.channels, .running)
    try take(step.parameters)
    var outputs: [(String, Tensor)] = []
    if sizes.permutation != "reverse" {
      outputs.append(("W", step.mixing.matrix(in: run.graph)))
    }
    return try compared(step, outputs)
  }

  private func compared(
    _ step: GlowStep, _ more: [(String, Tensor)]
  ) throws -> [VerificationRow] {
    let x = try images("x")
    let result = step.inverse(x)
    let logDeterminant = -result.logDeterminant
    let flat = result.value.reshape([sizes.batch, image.count])
    let density = flat.standardNormalLogDensity(scale: 1) + logDeterminant
    return try run.rows(
      values: [("nll", -density.mean())],
      outputs: [("z", result.value), ("log_det", logDeterminant)] + more)
  }

  // MARK: - The authors' step

  func authorsRows() throws -> [VerificationRow] {
    try requireHalves()
    guard let width = sizes.hidden else { throw run.file.unreadable("config.hidden is missing") }
    let (channels, half) = (sizes.channels, sizes.channels / 2)
    func vector(_ name: String, _ count: Int, _ shape: Shape) -> LayerArray {
      .channels("m.step.\(name)", count, shape: shape)
    }
    func normalization(_ prefix: String, _ count: Int) -> ActivationNormalization {
      ActivationNormalization(
        bias: vector("\(prefix)actnorm_center.b", count, [1, 1, 1, count]),
        logScale: vector("\(prefix)actnorm_scale.logs", count, [1, 1, 1, count]), gain: 3)
    }
    func weight(_ name: String, _ shape: Shape) -> LayerArray {
      LayerArray(
        ParameterDeclaration(
          name: "m.step.\(name)", shape: shape, initializer: .constant(0)))
    }
    let matrix = weight("invconv.W", [channels, channels])
    let step = GlowStep(
      normalization: normalization("", channels),
      mixing: ChannelMixing(
        channels: channels,
        .plain(LayerArray(matrix.declaration) { $0.transpose() })),
      coupling: ImageCoupling(
        first: NormalizedConvolution(
          weight: weight("f1.l_1.W", [width, half + 1, 3, 3]),
          normalization: normalization("f1.l_1.", width), seesBorder: true),
        second: NormalizedConvolution(
          weight: weight("f1.l_2.W", [width, width, 1, 1]),
          normalization: normalization("f1.l_2.", width), seesBorder: false),
        last: GainedConvolution(
          weight: weight("f1.l_last.W", [channels, width + 1, 3, 3]),
          bias: vector("f1.l_last.b", channels, [1, 1, 1, channels]),
          logGain: vector("f1.l_last.logs", channels, [1, channels]), seesBorder: true),
        isAffine: true, statistics: .running))
    try take(step.parameters)
    return try compared(step, [])
  }

  // MARK: - First values

  func firstRows() throws -> [VerificationRow] {
    let x = try images("x")
    let first = ActivationNormalization.firstValues(of: x)
    let stored: Shape = [1, sizes.channels, 1, 1]
    let z = (x + first.bias.perChannel) * first.logScale.exp().perChannel
    let pixels = Float(sizes.size * sizes.size)
    return try run.rows(
      values: [],
      outputs: [
        ("bias", first.bias.reshape(stored)), ("logs", first.logScale.reshape(stored)), ("z", z),
        ("log_det", (first.logScale.sum() * pixels).broadcast(to: [sizes.batch])),
      ])
  }

  // MARK: - A model

  func modelRows() throws -> [VerificationRow] {
    guard let steps = sizes.steps, let levels = sizes.levels else {
      throw run.file.unreadable("config lacks steps or levels")
    }
    guard sizes.size.isMultiple(of: 1 << levels) else {
      throw run.file.unreadable("\(sizes.size) pixels can't be halved \(levels) times")
    }
    let layout = try layout()
    var (place, number) = (image, 0)
    var made: [MultiScaleFlow.Level] = []
    var rows: [VerificationRow] = []
    for level in 0..<levels {
      let squeeze = PixelOrder.squeeze(place)
      let output = squeeze.moved
      // The port numbers the squeeze, each step and the split as layers.
      let own = (1...steps).map {
        layout.step(
          "flow.layers.\(number + $0).", channels: output.channels, .running)
      }
      number += steps + 1
      let prior: LevelPrior
      if level < levels - 1 {
        prior = .conditional(
          layout.gained(
            "flow.layers.\(number).conv", inputs: output.channels / 2, outputs: output.channels))
        number += 1
      } else {
        prior = .ofNothing(
          layout.gained(
            "learn_top_fn", inputs: 2 * output.channels, outputs: 2 * output.channels))
        rows.append(
          run.equal(
            "buffer.prior_h",
            HostArray(
              repeating: 0, shape: [1, 2 * output.channels, output.height, output.width])))
      }
      try take(own.flatMap(\.parameters) + prior.parameters)
      made.append(MultiScaleFlow.Level(steps: [squeeze] + own, output: output, prior: prior))
      place = output
      place.channels /= 2
    }
    return try rows + compared(MultiScaleFlow(image: image, levels: made))
  }

  private func compared(_ flow: MultiScaleFlow) throws -> [VerificationRow] {
    let x = try images("x") + images("u")
    let flat = x.reshape([sizes.batch, image.count])
    let found = flow.encoded(flat)
    let codes = run.graph.concatenate(found.codes, axis: 1)
    let density = codes.standardNormalLogDensity(scale: 1) - found.logDeterminant
    let count = Double(image.count)
    let bits = density * Float(-1 / (count * log(2))) + Float(8)
    return try run.rows(
      values: [("bits_per_dim", bits.mean())],
      outputs: [("z", found.parts[found.parts.count - 1]), ("bits_per_dim", bits)])
  }
}
