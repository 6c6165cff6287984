import Foundation
import MIMTensor

/// Independent standard logistic variables: those whose sigmoid is uniform on (0, 1).
public struct StandardLogistic: Distribution {
  /// Where it is traced.
  public let graph: Graph
  /// `[batch, event]`.
  public let shape: Shape

  /// Of a shape `[batch, event]`.
  public init(in graph: Graph, shape: Shape) {
    self.graph = graph
    self.shape = shape
  }

  private func filled(_ value: Double) -> Tensor {
    graph.scalar(Float(value)).broadcast(to: shape)
  }

  /// 0.
  public var mean: Tensor? { filled(0) }

  /// π/√3.
  public var standardDeviation: Tensor? { filled(Double.pi / 3.0.squareRoot()) }

  /// 2 nats for each unit.
  public var entropy: Tensor? {
    graph.scalar(Float(2 * shape[-1])).broadcast(to: [shape[0]])
  }

  /// −z − 2 log(1 + e^{−z}) for each unit.
  public func logDensityPerUnit(of value: Tensor) -> Tensor? { logDensities(of: value) }

  /// The sum over units.
  public func logDensity(of value: Tensor) -> Tensor { logDensities(of: value).sum(axes: [-1]) }

  private func logDensities(of value: Tensor) -> Tensor { -value - (-value).softplus() * 2 }

  /// log u − log(1 − u) with u uniform.
  public func draw(from noise: NoiseSource, stream: String) -> Draw {
    let u = noise.uniform(shape, stream)
    return Draw(u.log() - (1 - u).log())
  }

  /// What it is made of.
  public var parts: [Tensor] { [filled(0)] }

  /// The same of other parts.
  public func rebuilt(from parts: [Tensor]) -> any Distribution {
    StandardLogistic(in: parts[0].graph, shape: parts[0].shape)
  }
}
