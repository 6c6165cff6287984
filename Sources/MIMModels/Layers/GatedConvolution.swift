import MIMTensor

/// (Wₕ ∗ x + bₕ) · σ(W_g ∗ x + b_g), zero-padded so that a stride of 1 keeps the image's size: one
/// convolution computes both halves, whose parameters stay apart (Tomczak and Welling 2018).
package struct GatedConvolution: MapLayer {
  package let name: String
  let input: ImageSize
  let channels: Int
  let kernel: Int
  let stride: Int

  package var output: ImageSize { input.convolved(to: channels, kernel: kernel, stride: stride) }

  private var weightShape: Shape { [channels, input.channels, kernel, kernel] }

  package var parameters: [ParameterDeclaration] {
    ["h", "g"].flatMap { half in
      ParameterDeclaration.convolution("\(name).\(half)", weightShape, hasBias: true)
    }
  }

  package var summary: String {
    "\(input.text) → \(output.text), gated \(kernel)×\(kernel) convolution"
  }

  /// `x` `[batch, channels, height, width]` → the same with `output`'s extents.
  package func apply(_ x: Tensor) -> Tensor {
    let graph = x.graph
    func half(_ half: String) -> (weight: Tensor, bias: Tensor) {
      (
        graph.parameter("\(name).\(half).weight", shape: weightShape),
        graph.parameter("\(name).\(half).bias", shape: [channels])
      )
    }
    return graph.scope(name) {
      x.gatedConvolution(h: half("h"), g: half("g"), stride: stride, padding: kernel / 2)
    }
  }
}

extension ParameterDeclaration {
  /// A convolution's weight `[out, in, height, width]` and bias, by PyTorch's default: uniform on
  /// ±1/√fan-in.
  static func convolution(
    _ name: String, _ weight: Shape, hasBias: Bool
  ) -> [ParameterDeclaration] {
    let fanIn = weight.dimensions.dropFirst().reduce(1, *)
    let initializer = ParameterInitializer.uniform(bound: 1 / Float(fanIn).squareRoot())
    let bias = ParameterDeclaration(
      name: "\(name).bias", shape: [weight[0]], initializer: initializer)
    return [
      ParameterDeclaration(name: "\(name).weight", shape: weight, initializer: initializer)
    ] + (hasBias ? [bias] : [])
  }
}
