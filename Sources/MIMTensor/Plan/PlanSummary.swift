/// What a plan will cost, known before its first step.
public struct PlanSummary: Sendable, Equatable {
  /// The nodes of one scope of the model.
  public struct Layer: Sendable, Equatable {
    /// The scope, such as `encoder.layer0`; empty for nodes outside every scope.
    public var scope: String
    /// The trained numbers first used there.
    public var parameterCount: Int
    /// Floating-point operations in one step, gradients included; a transcendental function
    /// counts as one.
    public var flopsPerStep: Int
  }

  /// The most memory that arrays take at once, in bytes: intermediate results, inputs and
  /// constants; parameters and optimiser state are counted in `parameterBytes`.
  public var peakBytes: Int
  /// The memory of parameters and, if they are updated, of their two moments, in bytes.
  public var parameterBytes: Int
  /// The trained numbers that the plan uses.
  public var parameterCount: Int
  /// Floating-point operations in one step.
  public var flopsPerStep: Int
  /// The operations in one step.
  public var nodeCount: Int
  /// One row per scope, in the order of first use.
  public var layers: [Layer]
  /// Which implementation each pass got, in the order of a step. Operations that have one only, plain loops over
  /// their arrays, are left out.
  public var passes: [Pass]
  /// The instruction set of its kernels.
  public var instructionSet: InstructionSet
}

/// The first place where a step produced a number that is not finite.
public struct NonFiniteReport: Sendable, Equatable, CustomStringConvertible {
  /// The scope of the operation, such as `encoder.layer0`.
  public var scope: String
  /// The operation, such as `log`; `input` or `parameter` where the number came in from outside.
  public var operation: String
  /// The input or parameter, where it is one.
  public var name: String?
  /// Whether it happened while the gradient was computed.
  public var isGradient: Bool

  /// `log in encoder.layer0 (gradient)`
  public var description: String {
    operation + (name.map { " \($0)" } ?? "") + (scope.isEmpty ? "" : " in \(scope)")
      + (isGradient ? " (gradient)" : "")
  }
}

extension PlanSummary {
  init(_ lowering: Lowering, memory: PlanMemory, instructionSet: InstructionSet) {
    let graph = lowering.graph
    var layers: [Layer] = []
    var rows: [String: Int] = [:]
    var parameters = 0
    for node in lowering.live.map({ graph.nodes[$0] }) {
      let row = rows[node.scope] ?? layers.count
      if row == layers.count {
        rows[node.scope] = row
        layers.append(Layer(scope: node.scope, parameterCount: 0, flopsPerStep: 0))
      }
      layers[row].flopsPerStep += node.operation.floatingPointOperations(
        inputs: node.inputs.map { graph.values[$0].shape },
        outputs: node.outputs.map { graph.values[$0].shape })
      guard node.operation is Parameter else { continue }
      let count = graph.values[node.outputs[0]].shape.count
      layers[row].parameterCount += count
      parameters += count
    }
    let updated = lowering.updates.reduce(0) { sum, update in
      if case .adam = update.rule { sum + update.parameter.count } else { sum }
    }
    self.init(
      peakBytes: memory.bytes, parameterBytes: 4 * (parameters + 2 * updated),
      parameterCount: parameters,
      flopsPerStep: layers.reduce(0) { $0 + $1.flopsPerStep } + 12 * updated,
      nodeCount: lowering.live.filter { !(graph.nodes[$0].operation.isLeaf) }.count,
      layers: layers,
      passes: lowering.live.compactMap {
        Pass(graph.nodes[$0], of: graph, instructionSet: instructionSet)
      },
      instructionSet: instructionSet)
  }
}

extension Operation {
  fileprivate var isLeaf: Bool { self is Input || self is Constant || self is Parameter }
}
