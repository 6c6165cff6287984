import MIMModels
import MIMTensor

extension Benchmark {
  /// −log p(x) of one image with 5,000 draws: convHVAE with 500 pseudo-inputs, untrained.
  static let imageLikelihood = Benchmark(
    name: "nll-5000-convhvae",
    purpose: "−log p(x) of one 28×28 image, 5,000 draws: convHVAE, VampPrior with K = 500"
  ) {
    var specification = ModelSpecification(
      objective: .amim, itemDimensions: [28, 28], valueKind: .binary, latentSizes: [40, 40])
    specification.likelihood = .bernoulli
    specification.prior = .vampprior(PseudoInputs(500))
    let model = try Model(specification: specification, seed: 1)
    var stream = RandomStream(seed: 1, stream: "image")
    let image = HostArray(
      stream.uniforms(784).map { $0.rounded() }, shape: [1, 28, 28])
    let threads = 2
    let sampling = ImportanceSampling(samples: 5000, seed: 1, threads: threads)
    var seconds: [Double] = []
    var value = 0.0
    for _ in 0..<2 {
      let begin = ContinuousClock.now
      value = try sampling.negativeLogLikelihoods(of: model, items: image)[0]
      seconds.append(begin.secondsSince)
    }
    return Measurement(seconds: seconds, threads: threads, computed: ["nll": value])
  }
}
