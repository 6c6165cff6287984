import MIMTensor

/// Rewrites a graph of blocked images so that a gate h·sigmoid(g) is applied where a convolution makes h and g:
/// the images of both halves are never written. A gradient reads them, so this is for inference.
struct FusedGates {
  let result = Graph(isLowered: true)
  /// Kept values of the original → their values in `result`.
  private(set) var values: [Int: Int] = [:]

  private let original: Graph
  private var moved: [Int: Tensor] = [:]
  /// For a gate: the convolution before it and their common form.
  private var fused: [Int: (convolution: Int, pass: any CPUOperation)] = [:]
  /// The convolutions that their gate does.
  private var absorbed = Set<Int>()

  init(_ original: Graph, keeping kept: [Int]) {
    self.original = original
    let order = original.order(of: kept)
    findPairs(order, kept: Set(kept))
    for index in order where !absorbed.contains(index) { rewrite(index) }
    for value in kept { values[value] = moved[value]?.id }
  }

  private mutating func findPairs(_ order: [Int], kept: Set<Int>) {
    let readers = original.readerCounts(order)
    for index in order {
      guard let gate = original.nodes[index].operation as? Gate, gate.axis == 1 else { continue }
      let halves = original.nodes[index].inputs[0]
      let producer = original.values[halves].node
      guard let pass = (original.nodes[producer].operation as? any ConvolutionPass)?.gated,
        readers[halves] == 1, !kept.contains(halves)
      else { continue }
      fused[index] = (producer, pass)
      absorbed.insert(producer)
    }
  }

  private mutating func rewrite(_ index: Int) {
    let node = original.nodes[index]
    let pair = fused[index]
    let source = pair.map { original.nodes[$0.convolution] } ?? node
    result.makesGradients = node.isGradient
    let outputs = result.withScope(replacing: source.scope) {
      result.append(
        pair?.pass ?? node.operation, inputs: source.inputs.compactMap { moved[$0] },
        shapes: node.outputs.map { original.values[$0].shape })
    }
    for (value, tensor) in zip(node.outputs, outputs) { moved[value] = tensor }
  }
}
