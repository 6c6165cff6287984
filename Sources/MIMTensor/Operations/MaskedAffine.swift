/// Which weights `[outputs, inputs]` of a dense layer connect, 1 or 0 each, and where whole blocks of them don't: the masks of a masked
/// autoencoder (Germain et al. 2015, arXiv:1502.03509) leave about half of the blocks empty.
package struct ConnectionMask: Sendable {
  /// The rows and the columns of a block.
  package static let blockSize = 64

  /// What a block holds.
  package enum Block: Sendable {
    /// No connection.
    case empty
    /// Every connection.
    case full
    /// Both.
    case mixed
  }

  /// 1 where there is a connection.
  package let values: HostArray<Float>
  /// The blocks, those of the first rows first.
  private let blocks: [Block]
  /// How many connections there are.
  package let count: Int

  /// Precondition: a matrix.
  package init(_ values: HostArray<Float>) {
    precondition(values.shape.rank == 2, "a mask of shape \(values.shape)")
    self.values = values
    let (rows, columns, size) = (values.shape[0], values.shape[1], Self.blockSize)
    var (blocks, count) = ([Block](), 0)
    values.elements.withUnsafeBufferPointer { elements in
      for top in stride(from: 0, to: rows, by: size) {
        for left in stride(from: 0, to: columns, by: size) {
          let (below, right) = (min(top + size, rows), min(left + size, columns))
          var connected = 0
          for row in top..<below {
            for column in left..<right where elements[row * columns + column] != 0 {
              connected += 1
            }
          }
          count += connected
          let isFull = connected == (below - top) * (right - left)
          blocks.append(connected == 0 ? .empty : isFull ? .full : .mixed)
        }
      }
    }
    self.blocks = blocks
    self.count = count
  }

  /// Blocks along the outputs, and along the inputs.
  package var blockCounts: (outputs: Int, inputs: Int) {
    (
      values.shape[0].roundedUp(to: Self.blockSize) / Self.blockSize,
      values.shape[1].roundedUp(to: Self.blockSize) / Self.blockSize
    )
  }

  /// A block by its place.
  package func block(output: Int, input: Int) -> Block {
    blocks[output * blockCounts.inputs + input]
  }

  /// Whether a product gains by passing over blocks.
  package var hasEmptyBlock: Bool { blocks.contains(.empty) }
}

/// activation(x·(W ⊙ M)ᵀ + b), passing over the empty blocks of M. Inputs: x [batch, in], W [out, in], b [out], M [out, in].
package struct MaskedAffine: Operation {
  package let connections: ConnectionMask
  package var name: String { "maskedAffine" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    let (x, weight, mask) = (context.inputs[0], context.inputs[1], context.inputs[3])
    let results = x.graph.append(
      MaskedAffineGradient(connections: connections),
      inputs: [x, weight, mask, context.outputGradients[0]],
      shapes: context.inputs.dropLast().map(\.shape))
    return results + [nil]
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    2 * inputs[0][0] * connections.count
  }
}

/// The gradient of `MaskedAffine`. Inputs: x, W, M and the gradient of the output. Outputs: the gradients of x, W (0 where M is) and b;
/// those that nothing reads are not computed.
package struct MaskedAffineGradient: Operation {
  package let connections: ConnectionMask
  package var name: String { "maskedAffineGradient" }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    4 * inputs[0][0] * connections.count + inputs[3].count
  }
}

extension Tensor {
  /// activation(x·(W ⊙ M)ᵀ + b): x [batch, in], `weight` W and `connections` M [out, in], `bias` [out] → [batch, out].
  package func maskedAffine(
    weight: Tensor, bias: Tensor, connections: ConnectionMask, activation: Activation = .none
  ) -> Tensor {
    let mask = connections.values
    precondition(
      shape.rank == 2 && weight.shape == mask.shape && shape[1] == mask.shape[1]
        && bias.shape == [mask.shape[0]],
      "masked map of \(shape) with weight \(weight.shape), mask \(mask.shape), bias \(bias.shape)")
    let y = graph.append(
      MaskedAffine(connections: connections),
      inputs: [self, weight, bias, graph.constant(mask)], shape: [shape[0], mask.shape[0]])
    switch activation {
    case .none: return y
    case .tanh: return y.tanh()
    case .relu: return y.relu()
    case .sigmoid: return y.sigmoid()
    case .swish: return y.swish()
    }
  }
}
