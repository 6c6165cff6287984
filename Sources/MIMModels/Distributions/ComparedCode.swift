import MIMTensor

/// A point, and what comparing it with features costs: the code of an encoder alone.
struct ComparedCode: Distribution {
  /// `[batch, event]`.
  let location: Tensor
  /// The terms of the comparison, each one number for the batch. They are traced only for who asks: encoding needs none of them.
  private let comparison: Comparison

  /// At a location `[batch, event]`; `losses` are named numbers for the whole batch, traced at most once.
  init(location: Tensor, losses: @escaping () -> [(name: String, loss: Tensor)]) {
    self.location = location
    comparison = Comparison(losses)
  }

  var mean: Tensor? { location }
  var standardDeviation: Tensor? { location * 0 }
  var entropy: Tensor? { nil }
  var parts: [Tensor] { [location] }

  func logDensity(of value: Tensor) -> Tensor { Delta(location: location).logDensity(of: value) }
  func draw(from noise: NoiseSource, stream: String) -> Draw { Draw(location) }
  func rebuilt(from parts: [Tensor]) -> any Distribution { Delta(location: parts[0]) }

  var extraLosses: [ExtraLoss] {
    comparison.terms.map { ExtraLoss($0.name, $0.loss.broadcast(to: [location.shape[0]])) }
  }

  /// What is computed when it is first asked for.
  private final class Comparison {
    private let make: () -> [(name: String, loss: Tensor)]
    private(set) lazy var terms = make()

    init(_ make: @escaping () -> [(name: String, loss: Tensor)]) { self.make = make }
  }
}
