/// Batch normalisation of images, per channel (S. Ioffe, C. Szegedy, arXiv:1502.03167, algorithm 1).
/// Inputs: x, scale, shift, and the mean and variance [channels] unless `training`. Outputs: y and,
/// when training, the batch's mean and biased variance.
package struct BatchNormalization: Operation {
  package let epsilon: Float
  package let training: Bool
  /// The ranks whose images together are the batch.
  package let collective: any Collective
  package var name: String { "batchNormalization" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    let moments =
      training ? Array(context.outputs[1...2]) : Array(context.inputs[3...4])
    let x = context.inputs[0]
    let channels: Shape = [x.shape[1]]
    let gradients = x.graph.append(
      BatchNormalizationGradient(epsilon: epsilon, training: training, collective: collective),
      inputs: Array(context.inputs[0...2]) + moments + [context.outputGradients[0]],
      shapes: [x.shape, channels, channels])
    return gradients.map { $0 } + (training ? [] : [nil, nil])
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    (training ? 7 : 3) * inputs[0].count
  }
}

/// The gradients of x, scale and shift. Inputs: x, scale, shift, mean, variance, the outer gradient.
package struct BatchNormalizationGradient: Operation {
  package let epsilon: Float
  package let training: Bool
  package let collective: any Collective
  package var name: String { "batchNormalizationGradient" }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    9 * inputs[0].count
  }
}

extension Tensor {
  /// Batch normalisation of x [batch, channels, height, width], per channel (S. Ioffe, C. Szegedy,
  /// arXiv:1502.03167): scale·(x − mean)/√(variance + ε) + shift. `scale`, `shift`, `runningMean` and
  /// `runningVariance` have shape [channels].
  ///
  /// In `training`, mean and (biased) variance are those of the batch, and the updates move the running
  /// statistics, which must be parameters, by `momentum` towards the batch's mean and unbiased variance;
  /// they take effect with a plan's other updates. Otherwise the running statistics are used, as
  /// constants, and there are no updates. With several ranks, the batch is that of all of them together.
  /// Precondition: the shapes agree, and there is a number a channel.
  public func batchNormalization(
    scale: Tensor, shift: Tensor, runningMean: Tensor, runningVariance: Tensor,
    epsilon: Float = 1e-5, momentum: Float = 0.1, training: Bool,
    collective: any Collective = SerialCollective()
  ) -> (Tensor, [Update]) {
    let arrays = [scale, shift, runningMean, runningVariance]
    precondition(
      shape.rank == 4 && count > 0 && arrays.allSatisfy { $0.shape == [shape[1]] },
      "batch normalisation of \(shape) with \(arrays.map(\.shape))")
    let operation = BatchNormalization(
      epsilon: epsilon, training: training, collective: collective)
    guard training else {
      return (graph.append(operation, inputs: [self] + arrays, shape: shape), [])
    }
    let results = graph.append(
      operation, inputs: [self, scale, shift],
      shapes: [shape, runningMean.shape, runningMean.shape])
    let items = Float(count / shape[1] * collective.size)
    // One item has no unbiased variance; PyTorch refuses it, and here the biased one stands in.
    let unbiased = items > 1 ? items / (items - 1) : 1
    func moved(_ old: Tensor, _ new: Tensor) -> Update {
      Update(parameter: old, replacement: old * (1 - momentum) + new.stopGradient() * momentum)
    }
    return (
      results[0],
      [moved(runningMean, results[1]), moved(runningVariance, results[2] * unbiased)]
    )
  }
}
