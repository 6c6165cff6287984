import Foundation
import MIMTensor

/// `vqvae-sonnet`: the layer of the authors' laboratory. Its losses are means over all elements, its codebook is `[dim, codes]`, and its running
/// means are corrected for their start at 0.
struct CorrectedCodebookVerification {
  private let run: MethodVerification
  private let sizes: CodebookSizes
  private let beta: Double

  init(_ file: ReferenceFile) throws {
    run = try MethodVerification(file)
    sizes = try CodebookSizes.of(file)
    guard let beta = sizes.beta else { throw file.unreadable("its beta is missing") }
    self.beta = beta
  }

  /// The vectors of an update.
  private func vectors(_ step: Int) throws -> Tensor {
    try run.constant("z.\(step)", shape: [sizes.vectors, sizes.dim])
  }

  func rows() throws -> [VerificationRow] {
    let stored = try run.parameter("codebook", shape: [sizes.dim, sizes.codes])
    let codes = stored.transpose()
    let z = try vectors(0)
    let choice = Codebook.choice(of: z, among: codes)
    let nearest = choice.matmul(codes)
    let loss =
      (nearest - z.stopGradient()).square().mean()
      + (nearest.stopGradient() - z).square().mean() * Float(beta)
    let quantized = z + (nearest - z).stopGradient()
    let weight = try run.constant("weight", shape: z.shape)
    let shares = choice.mean(axes: [0])
    let entropy = -(shares * (shares + 1e-10).log()).sum()
    let averages = try averages(from: codes)
    return try run.rows(
      values: [
        ("loss", loss), ("probe", (weight * quantized).sum() + loss),
        ("perplexity", entropy.exp()),
      ] + averages.losses,
      outputs: [("indices", numbers(choice)), ("quantized", quantized)] + averages.outputs)
  }

  private func numbers(_ choice: Tensor) -> Tensor {
    let all = HostArray((0..<sizes.codes).map(Float.init), shape: [1, sizes.codes])
    return (choice * run.graph.constant(all)).sum(axes: [1])
  }

  /// N ← γN + (1 − γ)n and m likewise from 0, each divided by 1 − γᵗ.
  private func averages(
    from start: Tensor
  ) throws -> (losses: [(name: String, value: Tensor)], outputs: [(name: String, value: Tensor)]) {
    let graph = run.graph
    var codes = start.stopGradient()
    var counts = graph.constant(HostArray(repeating: 0, shape: [sizes.codes]))
    var sums = graph.constant(HostArray(repeating: 0, shape: [sizes.codes, sizes.dim]))
    var losses: [(name: String, value: Tensor)] = []
    var outputs: [(name: String, value: Tensor)] = []
    for step in 0..<sizes.updates {
      let z = try vectors(step)
      let choice = Codebook.choice(of: z, among: codes)
      let error = (choice.matmul(codes) - z).square().mean()
      losses.append(("ema_loss.\(step)", error * Float(beta)))
      (counts, sums) = Codebook.moved(
        counts: counts, sums: sums, chosen: choice.sum(axes: [0]),
        sum: choice.matmul(z, transposeSelf: true), decay: Float(sizes.decay))
      let correction = Float(1 / (1 - pow(sizes.decay, Double(step + 1))))
      codes = Codebook.codes(
        counts: counts * correction, sums: sums * correction, isSmoothed: true)
      outputs += [
        ("ema.indices.\(step)", numbers(choice)), ("ema.codebook.\(step)", codes.transpose()),
      ]
    }
    return (losses, outputs)
  }
}
