/// What an objective asks of the encoder branch beside one draw z ~ q(z|x) of each item.
public struct BranchSampling: Sendable, Hashable {
  /// Draws of each item. The branch then has a row for each draw, those of an item next to each other, and the objective gives one loss
  /// for each item.
  public var draws: Int
  /// Whether the densities stand at draws through which no gradient flows, of a q(z|x) through which none flows either; `Branch.path` is
  /// then the same draw with its gradient.
  public var detachesCodes: Bool
  /// Whether `Branch.priorDraws` is needed.
  public var drawsPrior: Bool

  /// One draw of each item, and nothing else, unless said otherwise.
  public init(draws: Int = 1, detachesCodes: Bool = false, drawsPrior: Bool = false) {
    self.draws = draws
    self.detachesCodes = detachesCodes
    self.drawsPrior = drawsPrior
  }
}
