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

    package init(scope: String, parameterCount: Int, flopsPerStep: Int) {
      self.scope = scope
      self.parameterCount = parameterCount
      self.flopsPerStep = flopsPerStep
    }
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
  /// What it runs on.
  public var device: Device

  /// A kind of device, as results are told apart by it.
  public struct Device: Sendable, Hashable {
    /// The word in files, `avx512`: for the processor, the instruction set in use.
    public var word: String
    /// The name in sentences, `AVX-512`.
    public var title: String

    package init(word: String, title: String) {
      self.word = word
      self.title = title
    }
  }

  package init(
    peakBytes: Int, parameterBytes: Int, parameterCount: Int, flopsPerStep: Int, nodeCount: Int,
    layers: [Layer], passes: [Pass], device: Device
  ) {
    self.peakBytes = peakBytes
    self.parameterBytes = parameterBytes
    self.parameterCount = parameterCount
    self.flopsPerStep = flopsPerStep
    self.nodeCount = nodeCount
    self.layers = layers
    self.passes = passes
    self.device = device
  }
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

extension NonFiniteReport {
  package init(_ node: Node) {
    let name =
      (node.operation as? Input)?.inputName ?? (node.operation as? Parameter)?.parameterName
    self.init(
      scope: node.scope, operation: node.operation.name, name: name, isGradient: node.isGradient)
  }
}
