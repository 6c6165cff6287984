import MIMTensor

/// What a density says of each value of an item given those before it, in the order of the values.
public struct Conditionals {
  private let output: MaskedOutput
  private let outputs: [Tensor]

  /// Of a masked network's outputs at one x, `[batch, D]` each.
  init(_ output: MaskedOutput, _ outputs: [Tensor]) {
    (self.output, self.outputs) = (output, outputs)
  }

  /// Σ_d log p(x_d | values before d) of other values x_d beside the same values before them, `[batch]`.
  func logDensity(of value: Tensor) -> Tensor { output.logDensity(of: value, outputs) }

  /// Mean and logarithm of the scale, `[batch, D]`, where each is a normal.
  var normal: (mean: Tensor, logScale: Tensor)? {
    guard case .normal = output else { return nil }
    return (outputs[0], outputs[1])
  }
}

/// A draw whose values are x_t = z_t e^{l_t} + μ_t with μ and l of the noise before t.
public struct AutoregressiveDraw {
  /// `[batch, D]`.
  let x: Tensor
  /// μ, `[batch, D]`.
  let mean: Tensor
  /// l, `[batch, D]`.
  let logScale: Tensor
  /// The distribution of z.
  let base: any Distribution
  /// Whether z ~ N(0, I).
  let isNormal: Bool
}
