import MIMTensor

/// `vqvae-ema`: codes as running means of the vectors that chose them, with plain counts and smoothed ones.
struct AveragedCodebookVerification {
  private let run: MethodVerification
  private let sizes: CodebookSizes

  init(_ file: ReferenceFile) throws {
    run = try MethodVerification(file)
    sizes = try CodebookSizes.of(file)
  }

  func rows() throws -> [VerificationRow] {
    let (plain, commitment) = try updates("plain", isSmoothed: false)
    let (smoothed, _) = try updates("smoothed", isSmoothed: true)
    return try run.rows(values: [("commitment", commitment)], outputs: plain + smoothed)
  }

  private func updates(
    _ form: String, isSmoothed: Bool
  ) throws -> (outputs: [(name: String, value: Tensor)], commitment: Tensor) {
    let graph = run.graph
    var codes = try run.constant("codebook", shape: [sizes.codes, sizes.dim])
    var counts = graph.constant(HostArray(repeating: 1, shape: [sizes.codes]))
    var sums = codes
    let numbers = graph.constant(
      HostArray((0..<sizes.codes).map(Float.init), shape: [1, sizes.codes]))
    var outputs: [(name: String, value: Tensor)] = []
    var errors: [Tensor] = []
    for step in 0..<sizes.updates {
      let z = try run.constant("z.\(step)", shape: [sizes.vectors, sizes.dim])
      let choice = Codebook.choice(of: z, among: codes)
      errors.append((choice.matmul(codes) - z).square().mean().reshape([1]))
      outputs.append(("\(form).indices.\(step)", (choice * numbers).sum(axes: [1])))
      (counts, sums) = Codebook.moved(
        counts: counts, sums: sums, chosen: choice.sum(axes: [0]),
        sum: choice.matmul(z, transposeSelf: true), decay: Float(sizes.decay))
      codes = Codebook.codes(counts: counts, sums: sums, isSmoothed: isSmoothed)
      outputs += [("\(form).codebook.\(step)", codes), ("\(form).count.\(step)", counts)]
    }
    return (outputs, graph.concatenate(errors, axis: 0))
  }
}
