import Foundation
import MIMTensor

/// p(w|y) p(z): each attribute has units of w of its own, N(0, 0.1²) where it holds and N(3, 1) where it doesn't, as the authors have it; the other
/// units are N(0, 1).
struct LabelSubspace: Sendable {
  let attributes: LabelAttributes
  /// The units of w, the first ones of a code.
  let units: Int
  /// The units of a code.
  let width: Int

  private static let absentMean: Float = 3
  private static let presentLogScale = Float(log(0.1))

  /// Of attributes `[batch, count]`.
  func prior(of values: Tensor) -> DiagonalGaussian {
    let (graph, batch, own) = (values.graph, values.shape[0], units / attributes.count)
    let present = values.reshape([batch, attributes.count, 1])
      .broadcast(to: [batch, attributes.count, own]).reshape([batch, units])
    let rest = graph.constant(HostArray(repeating: 0, shape: [batch, width - units]))
    return DiagonalGaussian(
      mean: graph.concatenate([(1 - present) * Self.absentMean, rest], axis: 1),
      logScale: graph.concatenate([present * Self.presentLogScale, rest], axis: 1), minScale: 0)
  }

  /// The means of p(w|y) of a class.
  func means(of label: Int) -> [Float] {
    let own = units / attributes.count
    return (0..<units).map { attributes.holds($0 / own, for: label) ? 0 : Self.absentMean }
  }

  /// The mixture over all classes.
  func mixture(in graph: Graph, batch: Int) -> UniformMixture {
    let classes = 0..<attributes.classCount
    func table(_ label: (Int) -> [Float]) -> Tensor {
      let rest = [Float](repeating: 0, count: width - units)
      return graph.constant(
        HostArray(classes.flatMap { label($0) + rest }, shape: [classes.count, width]))
    }
    return UniformMixture(
      means: table(means(of:)),
      logScales: table { means(of: $0).map { $0 == 0 ? Self.presentLogScale : 0 } }, minScale: 0,
      batch: batch)
  }
}
