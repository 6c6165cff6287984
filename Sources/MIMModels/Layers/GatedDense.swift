import MIMTensor

/// (x Wₕᵀ + bₕ) · σ(x W_gᵀ + b_g) (Dauphin et al. 2017, arXiv:1612.08083, equation 1): one product
/// computes both halves, whose parameters stay apart.
package struct GatedDense: Layer {
  package let name: String
  let inputs: Int
  let outputs: Int

  private var halves: (value: Linear, gate: Linear) {
    (
      Linear(name: "\(name).h", inputs: inputs, outputs: outputs, initializer: .he),
      Linear(name: "\(name).g", inputs: inputs, outputs: outputs, initializer: .he)
    )
  }

  package var parameters: [ParameterDeclaration] {
    halves.value.parameters + halves.gate.parameters
  }

  package var summary: String { "\(inputs) → \(outputs), gated" }

  /// `x` `[batch, inputs]` → `[batch, outputs]`.
  package func apply(_ x: Tensor) -> Tensor {
    let (value, gate) = halves
    return x.graph.scope(name) {
      x.gatedAffine(
        h: (value.weight(in: x.graph), value.bias(in: x.graph)),
        g: (gate.weight(in: x.graph), gate.bias(in: x.graph)))
    }
  }
}
