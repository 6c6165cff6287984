import MIMTensor

/// An invertible map of vectors, one for each item of a batch, with the logarithm of how much it stretches volumes.
public protocol FlowStep {
  /// y = f(u) of u `[batch, event]`, and log |det ∂f/∂u| there.
  func forward(_ value: Tensor) -> FlowResult
  /// u with f(u) = y, and log |det ∂f/∂u| there: that of `forward`, not of the inverse.
  func inverse(_ value: Tensor) -> FlowResult
  /// Its network where `forward` passes unit by unit, y_d = u_d e^{a_d} + m_d with m and a of y before d; nil where it takes one pass.
  var sequentialNetwork: MaskedNetwork? { get }
  /// Where the step only orders the units of a vector anew: for each unit of `forward`'s result that of its value; nil elsewhere.
  func order(of size: Int) -> [Int]?
  /// What it has of each item, one row for an item; empty where all items share it.
  var parts: [Tensor] { get }
  /// The same of other rows: `parts` in their order.
  func rebuilt(from parts: [Tensor]) -> any FlowStep
}

extension FlowStep {
  /// Nil.
  public var sequentialNetwork: MaskedNetwork? { nil }
  /// Nil.
  public func order(of size: Int) -> [Int]? { nil }
  /// None: all items share it.
  public var parts: [Tensor] { [] }
  /// Itself.
  public func rebuilt(from parts: [Tensor]) -> any FlowStep { self }
}

/// What a step of a flow gives.
public struct FlowResult {
  /// `[batch, event]`.
  public let value: Tensor
  /// log |det ∂f/∂u|, `[batch]`.
  public let logDeterminant: Tensor

  /// Of both.
  public init(_ value: Tensor, logDeterminant: Tensor) {
    self.value = value
    self.logDeterminant = logDeterminant
  }
}

extension Tensor {
  /// M v for each item: a matrix `[batch, rows, columns]` times `[batch, columns]`, `[batch, rows]`.
  func matrixTimes(_ vector: Tensor) -> Tensor {
    (self * vector.reshape([vector.shape[0], 1, vector.shape[1]])).sum(axes: [2])
  }

  /// Mᵀ v for each item: a matrix `[batch, rows, columns]` and `[batch, rows]`, `[batch, columns]`.
  func transposedTimes(_ vector: Tensor) -> Tensor {
    (self * vector.reshape([vector.shape[0], vector.shape[1], 1])).sum(axes: [1])
  }

  /// Column `index` of `[batch, columns]`, as `[batch, 1]`.
  func column(_ index: Int) -> Tensor { slice(axis: 1, range: index..<index + 1) }

  /// Entry of a matrix of each item, `[batch, 1]`.
  func entry(_ row: Int, _ column: Int) -> Tensor {
    slice(axis: 1, range: row..<row + 1).slice(axis: 2, range: column..<column + 1)
      .reshape([shape[0], 1])
  }
}
