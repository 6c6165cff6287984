import MIMTensor

/// A Gaussian network x ↦ (mean, logScale) with the parameter names of the authors' PyTorch code.
struct GaussianNetwork {
  let name: String
  let inputs: Int
  let hidden: [Int]
  let outputs: Int
  let activation: Activation

  func callAsFunction(_ x: Tensor) -> (mean: Tensor, logScale: Tensor) {
    let graph = x.graph
    var (h, width) = (x, inputs)
    for (index, size) in hidden.enumerated() {
      h = graph.scope("\(name).layer\(index)") {
        h.affine(
          weight: graph.parameter("\(name).\(2 * index).weight", shape: [size, width]),
          bias: graph.parameter("\(name).\(2 * index).bias", shape: [size]),
          activation: activation)
      }
      width = size
    }
    return graph.scope("\(name).heads") {
      let heads = h.affine(
        heads: ["loc", "logscale"].map { head in
          let path = "\(name).\(2 * hidden.count).fc_\(head)"
          return (
            graph.parameter("\(path).weight", shape: [outputs, width]),
            graph.parameter("\(path).bias", shape: [outputs])
          )
        })
      return (heads[0], heads[1])
    }
  }
}

/// The objective of the symmetric MIM on its two branches, for any source of noise.
struct MIMObjective {
  let encoder: GaussianNetwork
  let decoder: GaussianNetwork
  let minScale: Float

  /// −½(log p(x|z) + log p(z) + log q(z|x) + log q(x)), q(x) the importance-sampled marginal.
  func encoderBranch(x: Tensor, noise: Tensor) -> Tensor {
    let q = encoder(x)
    let z = x.graph.gaussianSample(
      mean: q.mean, logScale: q.logScale, noise: noise, minScale: minScale)
    let p = decoder(z)
    let logP = x.gaussianLogDensity(mean: p.mean, logScale: p.logScale, minScale: minScale)
    let logPZ = z.standardNormalLogDensity(scale: 1 + minScale)
    let logQ = z.gaussianLogDensity(mean: q.mean, logScale: q.logScale, minScale: minScale)
    let logQX = logP + logPZ - logQ
    return ((logP + logPZ + logQ + logQX) * -0.5).mean()
  }

  /// The same on x ~ p(x|z); log q(x) is taken at z drawn anew from q(z|x).
  func decoderBranch(z: Tensor, noiseX: Tensor, noiseZ: Tensor) -> Tensor {
    let graph = z.graph
    let p = decoder(z)
    let x = graph.gaussianSample(
      mean: p.mean, logScale: p.logScale, noise: noiseX, minScale: minScale)
    let logP = x.gaussianLogDensity(mean: p.mean, logScale: p.logScale, minScale: minScale)
    let logPZ = z.standardNormalLogDensity(scale: 1 + minScale)
    let q = encoder(x)
    let logQ = z.gaussianLogDensity(mean: q.mean, logScale: q.logScale, minScale: minScale)
    let again = graph.gaussianSample(
      mean: q.mean, logScale: q.logScale, noise: noiseZ, minScale: minScale)
    let back = decoder(again)
    let logQX =
      x.gaussianLogDensity(mean: back.mean, logScale: back.logScale, minScale: minScale)
      + again.standardNormalLogDensity(scale: 1 + minScale)
      - again.gaussianLogDensity(mean: q.mean, logScale: q.logScale, minScale: minScale)
    return ((logP + logPZ + logQ + logQX) * -0.5).mean()
  }
}
