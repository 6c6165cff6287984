/// A training that reached NaN or infinity: where, and what is left.
public struct Divergence: Sendable, CustomStringConvertible {
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The optimiser step, counted from 1 over the whole life of the model.
  public let step: UInt64
  /// The learning rate then.
  public let learningRate: Double
  /// The β then.
  public let beta: Double
  /// The loss value itself: NaN, ∞ or −∞; a finite one when only a gradient was lost.
  public let loss: Double
  /// The last finite loss; nil when the first step already failed.
  public let lastFiniteLoss: Double?
  /// What first lost its value: `decoder.fc_logscale (exp)`, or a parameter's gradient.
  public let origin: String?
  /// One change that may help, as options: `min_scale=1e-4`.
  public let proposal: String
  /// The last good model, marked as such.
  public let lastGood: Model

  /// One sentence with the place and the proposal.
  public var description: String {
    let what = loss.isNaN ? "NaN" : loss.isFinite ? "NaN in its gradient" : "infinite"
    let last = lastFiniteLoss.map { "; last finite loss \($0)" } ?? ""
    let place = origin.map { "; first seen in \($0)" } ?? ""
    return "the loss became \(what) at epoch \(epoch), step \(step) (lr \(learningRate), "
      + "beta \(beta))\(last)\(place); try \(proposal)"
  }
}
