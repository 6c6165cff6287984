import MIMTensor

/// Rewrites a graph so that matrices [batch, features] around affine maps are stored transposed,
/// [features, batch].
///
/// With few features and a batch that is a multiple of 16, every row of the transposed matrix then
/// fills whole vector registers: affine maps broadcast their weights, log-densities add rows, and
/// nothing has a remainder. Results and weights keep their own order.
struct BatchInnermost {
  let result = Graph(isLowered: true)
  /// Kept values of the original → their values in `result`, in their own order.
  private(set) var values: [Int: Int] = [:]

  private let original: Graph
  private var natural: [Int: Tensor] = [:]
  private var transposed: [Int: Tensor] = [:]
  /// Values that an affine map or a draw between affine maps reads transposed.
  private var wanted = Set<Int>()

  init(_ original: Graph, keeping kept: [Int]) {
    self.original = original
    let order = original.order(of: kept)
    for node in order.map({ original.nodes[$0] }) {
      switch node.operation {
      case is Affine: wanted.insert(node.inputs[0])
      case is GaussianSample: wanted.insert(node.inputs[2])
      default: break
      }
    }
    for node in order { rewrite(original.nodes[node]) }
    for value in kept { values[value] = inNaturalOrder(value).id }
  }

  private mutating func rewrite(_ node: Node) {
    result.makesGradients = node.isGradient
    if node.operation is Transpose, isTakenAsItIs(node) { return }
    let form = form(of: node)
    let inputs = node.inputs.enumerated().map { index, value in
      form?.inputs[index] == true ? inTransposedOrder(value) : inNaturalOrder(value)
    }
    let shapes = node.outputs.enumerated().map { index, value in
      let shape = original.values[value].shape
      return form?.outputs[index] == true ? shape.transposed : shape
    }
    let outputs = result.withScope(replacing: node.scope) {
      result.append(form?.operation ?? node.operation, inputs: inputs, shapes: shapes)
    }
    for (index, value) in node.outputs.enumerated() {
      if form?.outputs[index] == true {
        transposed[value] = outputs[index]
      } else {
        natural[value] = outputs[index]
      }
    }
  }

  /// Whether a transposition costs nothing: its input is stored transposed already, or its output is wanted so.
  private mutating func isTakenAsItIs(_ node: Node) -> Bool {
    let (input, output) = (node.inputs[0], node.outputs[0])
    guard original.values[input].shape.rank == 2 else { return false }
    if let known = transposed[input] {
      natural[output] = known
      return true
    }
    guard wanted.contains(output), let known = natural[input] else { return false }
    transposed[output] = known
    return true
  }

  /// The transposed form, where there is one and it saves more than it costs.
  private func form(of node: Node) -> BatchMinorForm? {
    let inputs = node.inputs.map { original.values[$0].shape }
    let outputs = node.outputs.map { original.values[$0].shape }
    let arrays = node.inputs + node.outputs
    guard let form = node.cpu.batchMinor(inputs: inputs, outputs: outputs) else {
      return nil
    }
    let flags = form.inputs + form.outputs
    let matrices = zip(arrays, flags).filter(\.1).map { original.values[$0.0].shape }
    // A rank draws its noise in the order in which the joined batch would be stored.
    let ranks = (node.operation as? Noise)?.share.count ?? 1
    guard let batch = matrices.map({ $0.dimensions.first ?? 0 }).max(), batch * ranks >= 16,
      batch * ranks % 16 == 0,
      matrices.allSatisfy({ $0.rank == 2 && ($0[0] == batch || $0[0] == 1) })
    else { return nil }
    let isProduct = node.operation is Affine || node.operation is AffineGradient
    let continues = zip(node.inputs, form.inputs).contains { transposed[$0] != nil && $1 }
    let feeds = form.inputs.allSatisfy { !$0 } && node.outputs.contains(where: wanted.contains)
    return isProduct || continues || feeds ? form : nil
  }

  private mutating func inTransposedOrder(_ value: Int) -> Tensor {
    if let known = transposed[value] { return known }
    let made = exchanged(inNaturalOrder(value), of: value)
    transposed[value] = made
    return made
  }

  private mutating func inNaturalOrder(_ value: Int) -> Tensor {
    if let known = natural[value] { return known }
    guard let other = transposed[value] else { preconditionFailure("a value before its node") }
    let made = exchanged(other, of: value)
    natural[value] = made
    return made
  }

  /// The other order of a matrix; a single row or column is the same memory in both.
  private func exchanged(_ tensor: Tensor, of value: Int) -> Tensor {
    let scope = original.nodes[original.values[value].node].scope
    return result.withScope(replacing: scope) {
      tensor.shape.dimensions.contains(1)
        ? tensor.reshape(tensor.shape.transposed) : tensor.transpose()
    }
  }
}
