import MIMTensor

extension Tensor {
  /// A class for each row of logits `[rows, classes]`: one 1 per row, where the cumulative probability first exceeds `uniform`
  /// `[rows, 1]`. No gradient flows through it.
  func chosenClasses(_ uniform: Tensor) -> Tensor {
    let count = shape[1]
    // Rounding may leave the full sum below the draw: the last class takes what is left.
    let cumulative = softmax(axis: -1).stopGradient().matmul(triangle(count))
    let notReached = uniform.greaterOrEqual(cumulative)
    let number = notReached.sum(axes: [-1], keepingDimensions: true)
      .minimum(graph.scalar(Float(count - 1)))
    let numbers = graph.constant(HostArray((0..<count).map(Float.init), shape: [1, count]))
    return (number.greaterOrEqual(numbers) * numbers.greaterOrEqual(number)).stopGradient()
  }

  /// U with U[i, j] = 1 for i ≤ j, so that w U is the cumulative sum of w.
  private func triangle(_ count: Int) -> Tensor {
    let elements = (0..<count * count).map { $0 / count <= $0 % count ? Float(1) : 0 }
    return graph.constant(HostArray(elements, shape: [count, count]))
  }
}
