import Foundation
import MIMTensor

/// How a density of real numbers sees grey values: the byte k of a pixel as y = (k + u)/256 with u uniform on (0, 1) (Uria, Murray and
/// Larochelle 2013, arXiv:1306.0186), and y as a number that a flow can give.
package struct ByteValues: Sendable {
  /// α of logit(α + (1 − 2α) y); nil: y − ½.
  let margin: Float?

  /// Of α.
  package init(margin: Float?) { self.margin = margin }

  /// y of grey values 0…1, which are taken to the next lower byte: 256 v is between k and k + 1 both for v = k/255 and for values that
  /// have noise already.
  func dequantised(_ values: Tensor, noise: Tensor) -> Tensor {
    ((values * 256).floor().hardtanh(minimum: 0, maximum: 255) + noise) * (1 / 256)
  }

  /// The number that stands for y, and the log of the stretch for each item `[batch]`.
  func real(_ y: Tensor) -> (value: Tensor, logStretch: Tensor) {
    guard let margin else {
      return (y - 0.5, y.graph.scalar(0).broadcast(to: [y.shape[0]]))
    }
    let inside = y * (1 - 2 * margin) + margin
    let value = inside.log() - (1 - inside).log()
    return (value, Self.logStretch(value, margin: margin).sum(axes: [1]))
  }

  /// log dx/dy of x = logit(α + (1 − 2α) y) at x: softplus(x) + softplus(−x) + log(1 − 2α).
  static func logStretch(_ value: Tensor, margin: Float) -> Tensor {
    value.softplus() + (-value).softplus() + log(1 - 2 * margin)
  }

  /// The grey value of the byte that a number stands for.
  func grey(_ value: Tensor) -> Tensor {
    let y = margin.map { (value.sigmoid() - $0) * (1 / (1 - 2 * $0)) } ?? value + 0.5
    return (y * 256).floor().hardtanh(minimum: 0, maximum: 255) * (1 / 255)
  }
}

/// Grey images as bytes under a density of real numbers p: log P(k) ≥ E_u log p(k + u), of which one draw of u is taken (Theis, van den
/// Oord and Bethge 2016, arXiv:1511.01844, section 3.1). In nats for an item; divided by D log 2, bits/dim.
package struct DequantisedBytes: Distribution {
  let base: any Distribution
  let values: ByteValues
  /// Where u comes from.
  let noise: NoiseSource

  package init(base: any Distribution, values: ByteValues, noise: NoiseSource) {
    (self.base, self.values, self.noise) = (base, values, noise)
  }

  private static let stream = "dequantisation"

  package var event: EventKind { .levels(256) }
  /// Nil: no closed form.
  package var mean: Tensor? { nil }
  /// Nil: no closed form.
  package var standardDeviation: Tensor? { nil }
  /// Nil: no closed form.
  package var entropy: Tensor? { nil }

  /// Of grey values 0…1, `[batch, event]`.
  package func logDensity(of value: Tensor) -> Tensor {
    let y = values.dequantised(value, noise: noise.uniform(value.shape, Self.stream))
    let (real, stretch) = values.real(y)
    let offset = Float(value.shape[1]) * log(Float(256))
    return base.logDensity(of: real) + stretch - offset
  }

  /// The byte of a draw.
  package func draw(from noise: NoiseSource, stream: String) -> Draw {
    Draw(values.grey(base.draw(from: noise, stream: stream).value))
  }

  package var parts: [Tensor] { base.parts }

  package func rebuilt(from parts: [Tensor]) -> any Distribution {
    DequantisedBytes(base: base.rebuilt(from: parts), values: values, noise: noise)
  }
}
