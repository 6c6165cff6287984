import MIMTensor

/// A layer of a gated PixelCNN (van den Oord et al. 2016, arXiv:1606.05328, figure 2): a vertical stack that sees all pixels above, and a
/// horizontal one that sees those on the left in its own row and what the vertical stack knows. Each is
/// tanh(W_f ∗ x + V_f ∗ h) ⊙ σ(W_g ∗ x + V_g ∗ h) (equations 4 and 5); h is an image of conditions, a class being the same at every pixel.
struct GatedPixelLayer: Sendable {
  let name: String
  /// Kind A: the first layer, in which a pixel doesn't see itself.
  let kind: ConvolutionMask
  let inputs: Int
  let channels: Int
  /// Odd: the rows above, and the columns to both sides, are `kernel / 2`.
  let kernel: Int
  /// The channels of the conditions; 0: none.
  let conditions: Int

  /// The arrays of a layer in a graph. The first half of their outputs goes through tanh, the second through the sigmoid.
  struct Weights {
    /// `[2 channels, inputs, rows, kernel]`: the rows end at the pixel's own, or above it.
    let vertical: Tensor
    let verticalBias: Tensor
    /// `[2 channels, inputs, 1, columns]`: the columns end at the pixel's own, or left of it.
    let horizontal: Tensor
    let horizontalBias: Tensor
    /// What the vertical stack tells the horizontal one, `[2 channels, 2 channels, 1, 1]`.
    let between: Tensor
    let betweenBias: Tensor
    /// Behind the horizontal gate, `[channels, channels, 1, 1]`.
    let output: Tensor
    let outputBias: Tensor
    /// V, `[2 channels, conditions, 1, 1]`; nil: none.
    let condition: Tensor?
  }

  /// What both stacks know, `[batch, channels, height, width]` each.
  struct Stacks {
    var vertical: Tensor
    var horizontal: Tensor
  }

  /// One layer. `condition` is `[batch, conditions, height, width]`. The first layer of a network isn't residual: its input isn't hidden.
  static func apply(
    _ stacks: Stacks, _ weights: Weights, kernel: Int, condition: Tensor?, isResidual: Bool
  ) -> Stacks {
    let channels = weights.output.shape[0]
    func half(_ array: Tensor, _ index: Int, axis: Int = 0) -> Tensor {
      array.slice(axis: axis, range: index * channels..<(index + 1) * channels)
    }
    // Zeros make the kernels square, so that a result stays in the layout of images between layers.
    let vertical = weights.vertical.padded(axis: 2, before: 0, to: kernel)
    let horizontal = weights.horizontal.padded(axis: 3, before: 0, to: kernel)
      .padded(axis: 2, before: kernel / 2, to: kernel)
    let above = (0..<2).map { index in
      stacks.vertical.convolution(
        heads: [(half(vertical, index), half(weights.verticalBias, index))], padding: kernel / 2)
    }
    let conditions = (0..<2).map { index in
      weights.condition.flatMap { array in
        condition?.convolution(heads: [(half(array, index), nil)])
      }
    }
    func gated(_ parts: [Tensor]) -> Tensor {
      let both = zip(parts, conditions).map { part, own in own.map { part + $0 } ?? part }
      return both[0].tanh().gated(by: both[1])
    }
    let beside = (0..<2).map { index in
      let rows = half(weights.between, index)
      let own = stacks.horizontal.convolution(
        heads: [(half(horizontal, index), half(weights.horizontalBias, index))],
        padding: kernel / 2)
      let first = above[0].convolution(
        heads: [(half(rows, 0, axis: 1), half(weights.betweenBias, index))])
      return own + first + above[1].convolution(heads: [(half(rows, 1, axis: 1), nil)])
    }
    let made = gated(beside).convolution(heads: [(weights.output, weights.outputBias)])
    return Stacks(
      vertical: gated(above), horizontal: isResidual ? made + stacks.horizontal : made)
  }
}

extension GatedPixelLayer {
  private var isFirst: Bool { kind == .a }

  /// Weights that a pixel may not see don't exist: those of its own row or column in the first layer.
  private var shapes: [(part: String, weight: Shape, hasBias: Bool)] {
    let seen = kernel / 2 + (isFirst ? 0 : 1)
    var own: [(part: String, weight: Shape, hasBias: Bool)] = [
      ("vertical", [2 * channels, inputs, seen, kernel], true),
      ("horizontal", [2 * channels, inputs, 1, seen], true),
      ("between", [2 * channels, 2 * channels, 1, 1], true),
      ("output", [channels, channels, 1, 1], true),
    ]
    if conditions > 0 { own.append(("condition", [2 * channels, conditions, 1, 1], false)) }
    return own
  }

  var parameters: [ParameterDeclaration] {
    shapes.flatMap { part, weight, hasBias in
      ParameterDeclaration.convolution("\(name).\(part)", weight, hasBias: hasBias)
    }
  }

  /// For the summary.
  var description: LayerDescription {
    LayerDescription(
      name: name,
      description:
        "\(inputs) → \(channels) channels, gated \(kernel)×\(kernel) stacks above and beside, \(isFirst ? "A" : "B")"
        + (conditions == 0 ? "" : ", \(conditions) conditions"),
      parameterCount: parameters.reduce(0) { $0 + $1.shape.count })
  }

  func apply(_ stacks: Stacks, condition: Tensor?) -> Stacks {
    let graph = stacks.vertical.graph
    let arrays = Dictionary(
      uniqueKeysWithValues: parameters.map {
        ($0.name, graph.parameter($0.name, shape: $0.shape))
      })
    func array(_ part: String) -> Tensor {
      guard let found = arrays["\(name).\(part)"] else {
        preconditionFailure("\(name) has no \(part)")
      }
      return found
    }
    return graph.scope(name) {
      Self.apply(
        stacks,
        Weights(
          vertical: array("vertical.weight"), verticalBias: array("vertical.bias"),
          horizontal: array("horizontal.weight"), horizontalBias: array("horizontal.bias"),
          between: array("between.weight"), betweenBias: array("between.bias"),
          output: array("output.weight"), outputBias: array("output.bias"),
          condition: conditions == 0 ? nil : array("condition.weight")),
        kernel: kernel, condition: condition, isResidual: !isFirst)
    }
  }
}
