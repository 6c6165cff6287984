/// A computation traced once over symbolic tensors of fixed shapes: nodes in the order in which
/// they were made, so that every node follows its inputs.
///
/// Layers and objectives are ordinary functions that add nodes. `gradients(of:withRespectTo:)`
/// adds the nodes of the derivative; a `Plan` orders, places and runs them.
/// Mixing tensors of different graphs is a broken precondition.
public final class Graph {
  package private(set) var nodes: [Node] = []
  /// For each value: its shape and the node (with result index) that computes it.
  package private(set) var values: [Value] = []
  private var scopes: [String] = []
  /// Whether nodes made now belong to a gradient.
  package var makesGradients = false
  private var scalars: [Float: Tensor] = [:]
  private var parameters: [String: Tensor] = [:]
  /// What stands for parameters now, and the constants that were made of it.
  private var fixed: (values: [String: HostArray<Float>], made: [String: Tensor])?
  /// For log-scales: their exponentials.
  var exponentials: [Int: Tensor] = [:]

  /// Whether it is a backend's rewriting of another graph, and may hold operations of the backend's own.
  private let isLowered: Bool

  /// An empty graph.
  public init() { isLowered = false }

  package init(isLowered: Bool) { self.isLowered = isLowered }

  /// Runs `body`; the nodes it makes carry the label `name`, after those of enclosing scopes:
  /// `scope("encoder") { scope("layer0") { … } }` labels nodes `encoder.layer0`.
  public func scope<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    scopes.append(name)
    defer { scopes.removeLast() }
    return try body()
  }

  /// Numbers fed by `Plan.set` before a replay (a batch, β, the learning rate). Starts at zero.
  public func input(_ name: String, shape: Shape) -> Tensor {
    append(Input(inputName: name), inputs: [], shape: shape)
  }

  /// Numbers fixed when the graph is built.
  public func constant(_ value: HostArray<Float>) -> Tensor {
    append(Constant(value: value), inputs: [], shape: value.shape)
  }

  /// One number fixed when the graph is built, of shape `[]`.
  public func scalar(_ value: Float) -> Tensor {
    if let known = scalars[value] { return known }
    let made = append(
      Constant(value: HostArray(repeating: value, shape: [])), inputs: [], shape: [])
    scalars[value] = made
    return made
  }

  /// The trained array called `name` in the `ParameterStore` that a plan is made with. Asking twice for
  /// one name gives the same tensor. Precondition: with the same shape.
  public func parameter(_ name: String, shape: Shape) -> Tensor {
    if let value = fixed?.values[name] {
      precondition(value.shape == shape, "parameter \(name) is \(value.shape), not \(shape)")
      let constant = fixed?.made[name] ?? constant(value)
      fixed?.made[name] = constant
      return constant
    }
    if let known = parameters[name] {
      precondition(known.shape == shape, "parameter \(name) is \(known.shape), not \(shape)")
      return known
    }
    let made = append(Parameter(parameterName: name), inputs: [], shape: shape)
    parameters[name] = made
    return made
  }

  /// Runs `body` with numbers for the parameters of these names: what it adds reads them as constants, beside parameters of the same
  /// names outside, and no gradient or update reaches them. Precondition: of the shapes that are asked for.
  public func fixing<Result>(
    _ values: [String: HostArray<Float>], _ body: () throws -> Result
  ) rethrows -> Result {
    let outer = fixed
    fixed = (values, [:])
    defer { fixed = outer }
    return try body()
  }

  package func append(_ operation: any Operation, inputs: [Tensor], shape: Shape) -> Tensor {
    append(operation, inputs: inputs, shapes: [shape])[0]
  }

  package func append(
    _ operation: any Operation, inputs: [Tensor], shapes: [Shape]
  ) -> [Tensor] {
    precondition(
      isLowered || OperationTable.names.contains(operation.name),
      "\(operation.name) is not in OperationTable")
    for input in inputs {
      precondition(input.graph === self, "\(operation.name): a tensor of another graph")
    }
    let first = values.count
    for (result, shape) in shapes.enumerated() {
      values.append(Value(shape: shape, node: nodes.count, result: result))
    }
    nodes.append(
      Node(
        operation: operation, inputs: inputs.map(\.id), outputs: Array(first..<values.count),
        scope: scopes.joined(separator: "."), isGradient: makesGradients))
    return shapes.enumerated().map { Tensor(graph: self, id: first + $0, shape: $1) }
  }

  package func tensor(_ id: Int) -> Tensor {
    Tensor(graph: self, id: id, shape: values[id].shape)
  }

  /// Runs `body` under exactly `scope`, whatever scope is open: gradients keep the label of the
  /// layer they belong to.
  package func withScope<Result>(
    replacing scope: String, _ body: () throws -> Result
  ) rethrows -> Result {
    let open = scopes
    scopes = scope.isEmpty ? [] : [scope]
    defer { scopes = open }
    return try body()
  }
}
