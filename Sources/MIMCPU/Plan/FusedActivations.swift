import MIMTensor

/// Rewrites a graph so that the gradient of an activation is applied where the gradient that it
/// multiplies is made: dL/dh = Wᵀ·dy leaves the layer above already times φ′(h), and never
/// goes through memory without it.
struct FusedActivations {
  let result = Graph(isLowered: true)
  private(set) var values: [Int: Int] = [:]

  private let original: Graph
  private var moved: [Int: Tensor] = [:]
  /// For a gradient node that makes dL/dh: the activation to apply.
  private var applied: [Int: Activation] = [:]
  /// The gradient nodes whose activation has been applied already.
  private var relieved = Set<Int>()

  init(_ original: Graph, keeping kept: [Int]) {
    self.original = original
    let order = original.order(of: kept)
    findPairs(order, kept: Set(kept))
    for index in order { rewrite(index) }
    for value in kept { values[value] = moved[value]?.id }
  }

  private mutating func findPairs(_ order: [Int], kept: Set<Int>) {
    let readers = original.readerCounts(order)
    for index in order {
      guard let below = original.nodes[index].operation as? AffineGradientColumns,
        below.base.activation != .none, below.base.heads == 1
      else { continue }
      // Inputs: x, weight, outer gradient, output.
      let (outer, output) = (original.nodes[index].inputs[2], original.nodes[index].inputs[3])
      let producer = original.values[outer].node
      guard original.nodes[producer].operation is AffineGradientColumns,
        original.nodes[producer].outputs[0] == outer,
        original.nodes[producer].inputs[0] == output, readers[outer] == 1, !kept.contains(outer)
      else { continue }
      applied[producer] = below.base.activation
      relieved.insert(index)
    }
  }

  private mutating func rewrite(_ index: Int) {
    let node = original.nodes[index]
    var operation = node.operation
    var inputs = node.inputs.compactMap { moved[$0] }
    if var gradient = operation as? AffineGradientColumns {
      gradient.inputActivation = applied[index] ?? .none
      if relieved.contains(index) {
        gradient.base.activation = .none
        inputs.removeLast()
      }
      operation = gradient
    }
    result.makesGradients = node.isGradient
    let outputs = result.withScope(replacing: node.scope) {
      result.append(
        operation, inputs: inputs, shapes: node.outputs.map { original.values[$0].shape })
    }
    for (value, tensor) in zip(node.outputs, outputs) { moved[value] = tensor }
  }
}
