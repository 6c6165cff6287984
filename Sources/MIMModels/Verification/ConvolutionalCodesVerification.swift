import MIMTensor

/// `vqvae-model`: a convolutional VQ-VAE with batch normalisation by the batch; its three terms are means over all elements.
struct ConvolutionalCodesVerification {
  private let run: MethodVerification
  private let sizes: Contents.Sizes

  private struct Contents: Decodable {
    struct Sizes: Decodable {
      let channels: Int
      let dim: Int
      let codes: Int
      let size: Int
      let batch: Int
      let beta: Double
    }
    let config: Sizes
  }

  init(_ file: ReferenceFile) throws {
    run = try MethodVerification(file)
    sizes = try file.decode(Contents.self).config
    guard (2...4096).contains(sizes.codes),
      [sizes.channels, sizes.dim, sizes.size, sizes.batch].allSatisfy((1...256).contains),
      sizes.size.isMultiple(of: 4), sizes.beta.isFinite
    else { throw file.unreadable("its sizes or its beta are not ones that can be compared") }
  }

  func rows() throws -> [VerificationRow] {
    let x = try run.constant("x", shape: [sizes.batch, sizes.channels, sizes.size, sizes.size])
    let encoded = try encoded(x)
    let vectors = encoded.placeAfterPlace.reshape([encoded.count / sizes.dim, sizes.dim])
    let codes = try run.parameter("codebook.embedding.weight", shape: [sizes.codes, sizes.dim])
    let choice = Codebook.choice(of: vectors, among: codes)
    let nearest = choice.matmul(codes)
    let side = sizes.size / 4
    let quantized = nearest.map(channels: sizes.dim, height: side, width: side)
    let passed = quantized.stopGradient() + (encoded - encoded.stopGradient())
    let decoded = try decoded(passed)
    let reconstruction = (decoded - x).square().mean()
    let codebook = (nearest - vectors.stopGradient()).square().mean()
    let commitment = (vectors - nearest.stopGradient()).square().mean()
    let numbers = run.graph.constant(
      HostArray((0..<sizes.codes).map(Float.init), shape: [1, sizes.codes]))
    return try run.rows(
      values: [
        ("loss", reconstruction + codebook + commitment * Float(sizes.beta)),
        ("reconstruction", reconstruction), ("codebook", codebook), ("commitment", commitment),
        ("smallest_gap", smallestGap(vectors, codes, choice)),
      ],
      outputs: [
        ("z_e", encoded), ("z_q", quantized), ("x_tilde", decoded),
        ("indices", (choice * numbers).sum(axes: [1]).reshape([sizes.batch, side, side])),
      ])
  }

  /// The least difference between the squared distances of the second nearest code and the nearest.
  private func smallestGap(_ vectors: Tensor, _ codes: Tensor, _ choice: Tensor) -> Tensor {
    let (count, dim) = (vectors.shape[0], sizes.dim)
    let distances =
      (vectors.reshape([count, 1, dim]) - codes.reshape([1, sizes.codes, dim])).square()
      .sum(axes: [2])
    let own = (distances * choice).sum(axes: [1], keepingDimensions: true)
    let gaps = (distances + choice * 1e30).leastOfRows - own
    return gaps.reshape([1, count]).leastOfRows
  }

  private func encoded(_ x: Tensor) throws -> Tensor {
    let half = try normalized(convolved(x, "encoder.0", kernel: 4, stride: 2), "encoder.1").relu()
    let quarter = try convolved(half, "encoder.3", kernel: 4, stride: 2)
    return try block(block(quarter, "encoder.4"), "encoder.5")
  }

  private func decoded(_ z: Tensor) throws -> Tensor {
    let features = try block(block(z, "decoder.0"), "decoder.1").relu()
    let half = try normalized(
      doubled(features, "decoder.3", channels: sizes.dim), "decoder.4"
    ).relu()
    return try doubled(half, "decoder.6", channels: sizes.channels).tanh()
  }

  private func block(_ x: Tensor, _ name: String) throws -> Tensor {
    // The arrays are read before the block takes its convolutions, which can't throw.
    let wide = try convolution("\(name).block.1", inputs: sizes.dim, kernel: 3, stride: 1)
    let narrow = try convolution("\(name).block.4", inputs: sizes.dim, kernel: 1, stride: 1)
    let first = try normalization("\(name).block.2")
    let second = try normalization("\(name).block.5")
    return ResidualBlock.apply(x, wide: { first(wide($0)) }, narrow: { second(narrow($0)) })
  }

  private func convolved(
    _ x: Tensor, _ name: String, kernel: Int, stride: Int
  ) throws -> Tensor {
    try convolution(name, inputs: x.shape[1], kernel: kernel, stride: stride)(x)
  }

  private func convolution(
    _ name: String, inputs: Int, kernel: Int, stride: Int
  ) throws -> (Tensor) -> Tensor {
    let weight = try run.parameter(
      "\(name).weight", shape: [sizes.dim, inputs, kernel, kernel])
    let bias = try run.parameter("\(name).bias", shape: [sizes.dim])
    return {
      $0.convolution(heads: [(weight, bias)], stride: stride, padding: (kernel - 1) / 2)
    }
  }

  private func doubled(_ x: Tensor, _ name: String, channels: Int) throws -> Tensor {
    let kernel = DoublingConvolution.kernel
    return x.transposedConvolution(
      weight: try run.parameter("\(name).weight", shape: [sizes.dim, channels, kernel, kernel]),
      bias: try run.parameter("\(name).bias", shape: [channels]), stride: 2, padding: 1)
  }

  private func normalized(_ x: Tensor, _ name: String) throws -> Tensor {
    try normalization(name)(x)
  }

  /// By the batch.
  private func normalization(_ name: String) throws -> (Tensor) -> Tensor {
    let scale = try run.parameter("\(name).weight", shape: [sizes.dim])
    let shift = try run.parameter("\(name).bias", shape: [sizes.dim])
    let running = run.graph.constant(HostArray(repeating: 1, shape: [sizes.dim]))
    return {
      $0.batchNormalization(
        scale: scale, shift: shift, runningMean: running, runningVariance: running,
        training: true
      ).0
    }
  }
}

extension Tensor {
  /// The least of each row of `[n, columns]`, `[n, 1]`: halves against each other.
  fileprivate var leastOfRows: Tensor {
    var rest = self
    while rest.shape[1] > 1 {
      let (width, half) = (rest.shape[1], (rest.shape[1] + 1) / 2)
      rest = rest.slice(axis: 1, range: 0..<half)
        .minimum(rest.slice(axis: 1, range: width - half..<width))
    }
    return rest
  }
}
