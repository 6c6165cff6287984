/// The gradient of `Affine`. Inputs: x, the heads' weights, the gradients of the heads' outputs
/// and, under an activation, those outputs. Outputs: the gradients of x and of each head's W and
/// b; those that nothing reads are not computed.
package struct AffineGradient: Operation {
  package let heads: Int
  package var activation: Activation
  package var name: String { "affineGradient" }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    let batch = inputs[0].count / max(inputs[1][1], 1)
    let products = (0..<heads).reduce(0) { $0 + 4 * inputs[1 + $1].count * batch }
    let firstGradient = 1 + heads
    let sums = (0..<heads).reduce(0) { $0 + 3 * inputs[firstGradient + $1].count }
    return products + sums
  }
}
