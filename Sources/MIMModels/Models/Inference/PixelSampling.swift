import MIMTensor

/// Draws images from a PixelCNN decoder column by column: at each pixel only what that pixel
/// changes is computed (`PixelNetwork`). A plan turns codes into the planes that enter beside x.
package struct ColumnPixelSampler: PixelSampler {
  private let decoder: PixelDecoder
  private let draw: PixelNetwork.PixelDraw
  private let store: ParameterStore
  private let threads: Int
  private let planes: BatchedProgram

  /// Nil for a decoder that is no PixelCNN, or whose pixels are drawn otherwise.
  package init?(
    _ specification: ModelSpecification, store: ParameterStore, batch: Int, threads: Int
  ) throws {
    guard let decoder = specification.network().pixelDecoder,
      let draw = specification.likelihood.component.gatedForm?.pixelDraw
    else { return nil }
    self.decoder = decoder
    self.store = store
    self.threads = threads
    self.draw = draw
    planes = try BatchedProgram(
      width: specification.latentSize, batch: batch, store: store, seed: 0, threads: threads
    ) { z in [z.graph.concatenate(decoder.codes.apply(z), axis: 1)] }
  }

  package func sample(
    codes: HostArray<Float>, uniforms: HostArray<Float>, known: KnownPixels?
  ) throws -> HostArray<Float> {
    let (image, count) = (decoder.image, codes.rowCount)
    let channels = image.channels * decoder.codes.layers.count
    let condition = planes.run(codes)[0]
      .reshaped(to: [count, channels, image.height, image.width])
    return try store.backend.makeSampler(of: network()).sample(
      condition: condition, uniforms: uniforms.reshaped(to: Shape([count] + image.dimensions)),
      known: known, threads: threads
    ).pixels.reshaped(to: [count, image.count])
  }

  /// The network with the parameters that the store holds now.
  private func network() throws -> PixelNetwork {
    func part(_ name: String) throws -> HostArray<Float> {
      guard let value = store.value(name) else {
        throw EngineError.missingParameter(name: name)
      }
      return value
    }
    let layers = try (0..<decoder.depth).map { index in
      func statistic(_ name: String) throws -> [Float] {
        try part("pixelcnn.\(3 * index + 1).\(name)").elements
      }
      return PixelLayer(
        weight: try part("pixelcnn.\(3 * index).weight"), scale: try statistic("weight"),
        shift: try statistic("bias"), mean: try statistic("running_mean"),
        variance: try statistic("running_var"))
    }
    let names = decoder.head.form.hasLogVariance ? ["p_x_mean", "p_x_logvar"] : ["p_x_mean"]
    let weights = try names.map { try part("\($0).conv.weight") }
    let biases = try names.flatMap { try part("\($0).conv.bias").elements }
    return PixelNetwork(
      layers: layers,
      heads: HostArray(
        weights.flatMap(\.elements), shape: [biases.count, decoder.channels]),
      biases: biases, draw: draw,
      imageShape: Shape(decoder.image.dimensions))
  }
}

extension ModelSpecification {
  /// The sampler of an autoregressive model. `batch` is how many images are usually drawn at once.
  package func pixelSampler(
    store: ParameterStore, batch: Int, threads: Int
  ) throws -> any PixelSampler {
    if let sampler = try ColumnPixelSampler(self, store: store, batch: batch, threads: threads) {
      return sampler
    }
    if let sampler = try GatedPixelSampler(self, store: store, batch: batch, threads: threads) {
      return sampler
    }
    return try NaivePixelSampler(self, store: store, batch: batch, threads: threads)
  }
}
