import MIMCPU
import MIMTensor

extension Benchmark {
  /// The decoder of PixelHVAE with random weights; the time does not depend on them.
  static let pixelSampling = Benchmark(
    name: "pixelcnn-sample-64",
    purpose: "64 images of 28×28 from a PixelCNN: 8 layers of 64 channels, two planes of condition"
  ) {
    let (images, channels, threads) = (64, 64, 2)
    var stream = RandomStream(seed: 1, stream: "pixelcnn")
    let layers = (0..<8).map { index in
      let inputs = index == 0 ? 3 : channels
      return PixelLayer(
        weight: HostArray(
          stream.normals(channels * inputs * 9).map { $0 * 0.05 },
          shape: [channels, inputs, 3, 3]),
        scale: stream.uniforms(channels), shift: stream.normals(channels),
        mean: stream.normals(channels), variance: stream.uniforms(channels))
    }
    let network = PixelNetwork(
      layers: layers, heads: HostArray(stream.normals(channels), shape: [1, channels]),
      biases: [0], draw: .bernoulli, imageShape: [1, 28, 28])
    let sampler = try CPUBackend().makeSampler(of: network)
    let condition = HostArray(stream.normals(images * 2 * 784), shape: [images, 2, 28, 28])
    let uniforms = HostArray(stream.uniforms(images * 784), shape: [images, 1, 28, 28])
    var seconds: [Double] = []
    var lit: Float = 0
    for run in 0..<12 {
      let begin = ContinuousClock.now
      let drawn = try sampler.sample(condition: condition, uniforms: uniforms, threads: threads)
      if run >= 2 { seconds.append(begin.secondsSince) }
      lit = drawn.pixels.elements.reduce(0, +)
    }
    return Measurement(
      seconds: seconds, threads: threads,
      computed: [
        "lit_share": Double(lit) / Double(images * 784),
        "flops": Double(images * 784 * 2 * channels * (4 * 3 + 7 * 5 * channels)),
      ])
  }
}
