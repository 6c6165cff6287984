import Foundation
import MIMTensor

/// Draws x ~ p(x|z) of an autoregressive decoder, pixel by pixel in row-major order (all channels of a
/// pixel at once: its conditionals don't see each other). The same noise gives the same image,
/// whatever the sampler.
package protocol PixelSampler {
  /// `codes` `[n, latent]` and one number in (0, 1) per value, `uniforms` `[n, item]`, give items
  /// `[n, item]`: x_i = 1 where u_i < p(x_i = 1 | x_<i, z) (Bernoulli), or the level that the quantile
  /// u_i falls into (logistic), or the normal quantile. What is `known` of the items isn't drawn. Parameters are those in the store at the
  /// time of the call; batch normalisation goes by its running statistics.
  func sample(
    codes: HostArray<Float>, uniforms: HostArray<Float>, known: KnownPixels?
  ) throws -> HostArray<Float>
}

extension PixelSampler {
  /// The same where nothing is known.
  package func sample(
    codes: HostArray<Float>, uniforms: HostArray<Float>
  ) throws -> HostArray<Float> { try sample(codes: codes, uniforms: uniforms, known: nil) }
}

/// The whole decoder for every pixel: what any faster sampler must agree with.
package struct NaivePixelSampler: PixelSampler {
  private let plan: Plan
  private let codes: Tensor
  private let observed: Tensor
  private let uniforms: Tensor
  private let drawn: Tensor
  private let image: ImageSize
  private let batch: Int

  package init(
    _ specification: ModelSpecification, store: ParameterStore, batch: Int, threads: Int
  ) throws {
    let graph = Graph()
    self.batch = batch
    image = specification.imageSize
    codes = graph.input("codes", shape: [batch, specification.latentSize])
    observed = graph.input("x", shape: [batch, specification.itemSize])
    let uniforms = graph.input("uniforms", shape: [batch, specification.itemSize])
    self.uniforms = uniforms
    let fresh = NoiseSource.fresh(in: graph, prefix: "")
    drawn =
      specification.network().likelihood(of: codes, observing: observed)
      .draw(
        from: NoiseSource(
          normal: fresh.normal, uniform: { _, _ in uniforms }, indices: fresh.indices),
        stream: NoiseStream.likelihood
      ).value
    plan = try Plan(
      graph: graph, outputs: [drawn], store: store, options: PlanOptions(threads: threads))
  }

  package func sample(
    codes given: HostArray<Float>, uniforms noise: HostArray<Float>, known: KnownPixels?
  ) throws -> HostArray<Float> {
    var images: [Float] = []
    images.reserveCapacity(noise.count)
    for start in stride(from: 0, to: given.rowCount, by: batch) {
      let rows = start..<min(start + batch, given.rowCount)
      images += try sampleBatch(given, noise, known, rows).prefix(rows.count * image.count)
    }
    return HostArray(images, shape: noise.shape)
  }

  private func sampleBatch(
    _ given: HostArray<Float>, _ noise: HostArray<Float>, _ known: KnownPixels?, _ rows: Range<Int>
  ) throws -> [Float] {
    feed(codes, given, rows)
    feed(uniforms, noise, rows)
    var x = [Float](repeating: 0, count: observed.count)
    let area = image.height * image.width
    let first = known?.count ?? 0
    if let known {
      for place in 0..<rows.count * image.count where place % area < first {
        x[place] = known.images.elements[rows.lowerBound * image.count + place]
      }
    }
    for pixel in first..<area {
      try StopRequest.check()
      plan.set(observed, to: HostArray(x, shape: observed.shape))
      plan.run(step: 0)
      let all = plan.value(of: drawn).elements
      for place in stride(from: pixel, to: x.count, by: area) { x[place] = all[place] }
    }
    return x
  }

  private func feed(_ input: Tensor, _ table: HostArray<Float>, _ rows: Range<Int>) {
    let width = input.shape[1]
    plan.withInput(input) { place in
      for index in 0..<place.count {
        let row = rows.lowerBound + index / width
        place[index] = row < rows.upperBound ? table.elements[row * width + index % width] : 0.5
      }
    }
  }
}
