import MIMTensor

/// `iaf-conv`: one convolutional step of an inverse autoregressive flow with a context, and its KL with free bits for each channel.
struct ConvolutionalFlowVerification {
  private let run: MethodVerification
  private let sizes: Contents.Sizes

  private struct Contents: Decodable {
    struct Sizes: Decodable {
      let z_channels: Int
      let h_channels: Int
      let size: Int
      let batch: Int
      let kernel: Int
      let kl_min: Double
    }
    let config: Sizes
  }

  init(_ file: ReferenceFile) throws {
    run = try MethodVerification(file)
    sizes = try file.decode(Contents.self).config
    let (z, h) = (sizes.z_channels, sizes.h_channels)
    guard [z, h, sizes.size, sizes.batch].allSatisfy((1...256).contains),
      h.isMultiple(of: z) || z.isMultiple(of: h),
      (1...31).contains(sizes.kernel), !sizes.kernel.isMultiple(of: 2), sizes.kl_min.isFinite
    else { throw file.unreadable("its sizes or its kl_min are not ones that can be compared") }
  }

  private var units: Int { sizes.z_channels * sizes.size * sizes.size }

  func rows() throws -> [VerificationRow] {
    let (z, h) = (sizes.z_channels, sizes.h_channels)
    let masks = [("layer_0", z, h, false), ("layer_1", h, h, false), ("layer_out", h, z, true)]
      .map { name, inputs, outputs, isStrict in
        (
          name: "mask.\(name)",
          mask: ConvolutionalAutoregression.mask(
            inputs: inputs, outputs: outputs, kernel: sizes.kernel, isStrict: isStrict)
        )
      }
    let context = try run.constant(
      "context", shape: [sizes.batch, h, sizes.size, sizes.size])
    let step = ConvolutionalInverseStep(
      network: ConvolutionalAutoregression(
        first: try layer("layer_0", masks[0].mask), hidden: [try layer("layer_1", masks[1].mask)],
        mean: try layer("layer_out_0", masks[2].mask),
        logScale: try layer("layer_out_1", masks[2].mask)),
      context: context, channels: z, height: sizes.size, width: sizes.size)
    return try masks.map { run.equal($0.name, $0.mask) } + compared(step)
  }

  private func compared(_ step: ConvolutionalInverseStep) throws -> [VerificationRow] {
    let posterior = DiagonalGaussian(
      mean: try map("mean"), logScale: try map("log_sd"), minScale: 0)
    let prior = DiagonalGaussian(
      mean: try map("prior_mean"), logScale: try map("prior_log_sd"), minScale: 0)
    let start = posterior.draw(from: .given(["z": try map("eps_z")], in: run.graph), stream: "z")
      .value
    let (mean, logScale) = step.outputs(start)
    let result = step.forward(start)
    guard let own = posterior.logDensityPerUnit(of: start),
      let other = prior.logDensityPerUnit(of: result.value)
    else { throw run.file.unreadable("its units have no densities") }
    let divergence = own + logScale - other
    let perItem = divergence.sum(axes: [1])
    let channels = divergence.reshape([sizes.batch, sizes.z_channels, sizes.size * sizes.size])
      .sum(axes: [2]).mean(axes: [0])
    return try run.rows(
      values: [
        ("kl", perItem.mean()),
        ("kl_free_bits", Objective.cost(of: channels, free: sizes.kl_min)),
      ],
      outputs: [
        ("z0", image(start)), ("m", image(mean)), ("s", image(logScale)),
        ("z", image(result.value)), ("kl", perItem),
        ("log_q", own.sum(axes: [1]) - result.logDeterminant),
        ("log_p", other.sum(axes: [1])),
      ])
  }

  private func layer(
    _ name: String, _ mask: HostArray<Float>
  ) throws -> ConvolutionalAutoregression.Layer {
    let outputs = mask.shape[0]
    return ConvolutionalAutoregression.Layer(
      direction: try run.parameter("ar_multiconv2d.\(name).V", shape: mask.shape),
      logGain: try run.parameter("ar_multiconv2d.\(name).g", shape: [outputs]),
      bias: try run.parameter("ar_multiconv2d.\(name).b", shape: [outputs]), mask: mask)
  }

  /// A map of codes as rows.
  private func map(_ name: String) throws -> Tensor {
    try run.constant(name, shape: [sizes.batch, sizes.z_channels, sizes.size, sizes.size])
      .reshape([sizes.batch, units])
  }

  private func image(_ rows: Tensor) -> Tensor {
    rows.reshape([sizes.batch, sizes.z_channels, sizes.size, sizes.size])
  }
}
