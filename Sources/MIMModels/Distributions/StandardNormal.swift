import Foundation
import MIMTensor

/// N(0, scale² I) with a fixed scale: the standard normal, or 1 + min_scale as the authors have it.
public struct StandardNormal: Distribution {
  /// Where it is traced.
  public let graph: Graph
  /// `[batch, event]`.
  public let shape: Shape
  /// The standard deviation of every unit.
  public let scale: Float

  /// Of a shape `[batch, event]`.
  public init(in graph: Graph, shape: Shape, scale: Float = 1) {
    self.graph = graph
    self.shape = shape
    self.scale = scale
  }

  private var zero: Tensor { graph.constant(HostArray(repeating: 0, shape: shape)) }

  /// 0.
  public var mean: Tensor? { zero }

  /// The scale.
  public var standardDeviation: Tensor? {
    graph.constant(HostArray(repeating: scale, shape: shape))
  }

  /// −½ Σ x²/s² − d (log s + ½ log 2π).
  public func logDensity(of value: Tensor) -> Tensor {
    value.standardNormalLogDensity(scale: scale)
  }

  /// −½ x²/s² − log s − ½ log 2π.
  public func logDensityPerUnit(of value: Tensor) -> Tensor? {
    let constant = log(Double(scale)) + 0.5 * log(2 * Double.pi)
    return value.square() * (-0.5 / (scale * scale)) - Float(constant)
  }

  /// scale · ε.
  public func draw(from noise: NoiseSource, stream: String) -> Draw {
    let draw = noise.normal(shape, stream)
    return Draw(scale == 1 ? draw : draw * scale)
  }

  /// d (log s + ½ log 2πe), the same for every item.
  public var entropy: Tensor? {
    let perUnit = log(Double(scale)) + 0.5 * log(2 * Double.pi * M_E)
    return graph.scalar(Float(Double(shape[-1]) * perUnit)).broadcast(to: [shape[0]])
  }

  /// What it is made of.
  public var parts: [Tensor] { [zero] }

  /// The same of other parts.
  public func rebuilt(from parts: [Tensor]) -> any Distribution {
    StandardNormal(in: parts[0].graph, shape: parts[0].shape, scale: scale)
  }
}
