import MIMTensor

/// Networks that are trained beside a model on its samples, by a loss of their own, and of which the model's loss reads numbers: an opponent, or
/// an estimate of what the model can't know.
public protocol Adversary: Sendable {
  /// Its arrays, which no gradient of the model's loss moves.
  var parameters: [ParameterDeclaration] { get }
  /// What they are, for the summary.
  var layers: [LayerDescription] { get }
  /// The learning rate in multiples of the model's.
  var rate: Float { get }
  /// What the model's loss reads of it at the sample of a branch, `[batch]`.
  func value(of branch: Branch, isDecoder: Bool) -> Tensor
  /// What it minimises, a scalar: a function of samples, through which no gradient goes on. Nil where it can't learn yet, because it needs the
  /// decoder branch, which doesn't run.
  func loss(encoder: Branch, decoder: Branch?) -> Tensor?
}
