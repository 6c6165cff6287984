import Foundation
import MIMCPU
import MIMTensor

/// A transform of items between file and model, with its inverse: scaling per feature, a linear
/// projection, logits of intensities, or a sequence of these. Fitted on the training split; saved with the model.
public struct DataTransform: Sendable, Equatable, Codable {
  /// The steps in the order in which they are applied.
  public let steps: [Step]

  /// One invertible (projection: as far as its components span the data) step.
  public enum Step: Sendable, Equatable, Codable {
    /// y = (x − shift) / scale, per feature; both have one entry per value of an item.
    case scale(shift: [Float], scale: [Float])
    /// y = components · (x − mean), e.g. from PCA; inverse: x = componentsᵀ · y + mean, exact on
    /// the span of orthonormal components.
    case projection(Projection)
    /// y = logit(λ + (1 − 2λ) x) of values from 0 to 1, with the margin λ; `count` values an item. The inverse stays within 0 and 1.
    case logit(margin: Float, count: Int)
  }

  /// A linear map onto orthonormal directions.
  public struct Projection: Sendable, Equatable, Codable {
    /// What is subtracted first, one entry per value of an item.
    public let mean: [Float]
    /// The directions, row after row, `[outputs, mean.count]` in row-major order.
    public let components: [Float]
    /// The number of directions.
    public let outputs: Int

    /// Makes a projection; throws unless `components` is `[k, mean.count]` with 1 ≤ k.
    public init(mean: [Float], components: HostArray<Float>) throws {
      let shape = components.shape
      guard shape.rank == 2, shape[0] > 0, shape[1] == mean.count, !mean.isEmpty else {
        throw DataError.transformDoesNotFit(
          detail: "components \(shape) for a mean of \(mean.count) values")
      }
      self.mean = mean
      self.components = components.elements
      self.outputs = shape[0]
    }
  }

  /// Makes a transform of these steps; throws when one does not take what the one before gives,
  /// when a scale is zero, or a number is not finite.
  public init(steps: [Step]) throws {
    self.steps = steps
    try Self.check(steps)
  }

  /// Reads a transform and checks it as `init(steps:)` does.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(steps: container.decode([Step].self, forKey: .steps))
  }

  private enum CodingKeys: String, CodingKey { case steps }

  /// Values per item before the first step; nil without steps.
  public var inputCount: Int? { steps.first?.inputCount }
  /// Values per item after the last step; nil without steps.
  public var outputCount: Int? { steps.last?.outputCount }

  /// This transform, then `next`.
  public func followed(by next: DataTransform) throws -> DataTransform {
    try DataTransform(steps: steps + next.steps)
  }

  /// Transforms items `[n, …]`. A projection makes them `[n, k]`, scaling keeps the shape.
  public func apply(_ items: HostArray<Float>) throws -> HostArray<Float> {
    try steps.reduce(items) { try $1.apply($0) }
  }

  /// Inverts the transform; the last step is undone first.
  public func inverse(_ items: HostArray<Float>) throws -> HostArray<Float> {
    try steps.reversed().reduce(items) { try $1.inverse($0) }
  }

  /// Items `[n, …]` in the units that they had, where every value of an item still has a place of its own; others as they are.
  public func inOwnUnits(_ items: HostArray<Float>) -> HostArray<Float> {
    guard outputCount == items.rowSize, inputCount == outputCount else { return items }
    return (try? inverse(items)) ?? items
  }

  private static func check(_ steps: [Step]) throws {
    for (index, step) in steps.enumerated() {
      try step.check()
      if index > 0, steps[index - 1].outputCount != step.inputCount {
        throw DataError.transformDoesNotFit(
          detail: "step \(index + 1) takes \(step.inputCount) values, but gets "
            + "\(steps[index - 1].outputCount)")
      }
    }
  }
}

extension DataTransform.Step {
  /// Values per item that go in.
  var inputCount: Int {
    switch self {
    case .scale(let shift, _): shift.count
    case .projection(let projection): projection.mean.count
    case .logit(_, let count): count
    }
  }

  /// Values per item that come out.
  var outputCount: Int {
    switch self {
    case .scale(let shift, _): shift.count
    case .projection(let projection): projection.outputs
    case .logit(_, let count): count
    }
  }

  func check() throws {
    let sound: Bool
    switch self {
    case .scale(let shift, let scale):
      sound =
        !shift.isEmpty && shift.count == scale.count && shift.allSatisfy(\.isFinite)
        && scale.allSatisfy { $0.isFinite && $0 != 0 }
    case .projection(let projection):
      let (size, overflow) = projection.outputs.multipliedReportingOverflow(
        by: projection.mean.count)
      sound =
        !overflow && projection.outputs > 0 && size > 0 && size == projection.components.count
        && projection.mean.allSatisfy(\.isFinite) && projection.components.allSatisfy(\.isFinite)
    case .logit(let margin, let count):
      sound = count > 0 && margin > 0 && margin < 0.5
    }
    guard sound else {
      throw DataError.transformDoesNotFit(detail: "its numbers are damaged")
    }
  }

  func apply(_ items: HostArray<Float>) throws -> HostArray<Float> {
    try requireWidth(inputCount, of: items)
    switch self {
    case .scale(let shift, let scale):
      return mapped(items) { value, feature in
        DataTransform.scaled(value, shift[feature], scale[feature])
      }
    case .projection(let projection):
      return projection.apply(items)
    case .logit(let margin, _):
      return mapped(items) { value, _ in
        let margin = Double(margin)
        let inside = margin + (1 - 2 * margin) * min(max(Double(value), 0), 1)
        return Float(log(inside) - log1p(-inside))
      }
    }
  }

  func inverse(_ items: HostArray<Float>) throws -> HostArray<Float> {
    try requireWidth(outputCount, of: items)
    switch self {
    case .scale(let shift, let scale):
      return mapped(items) { value, feature in value * scale[feature] + shift[feature] }
    case .projection(let projection):
      return projection.inverse(items)
    case .logit(let margin, _):
      return mapped(items) { value, _ in
        min(max((1 / (1 + exp(-value)) - margin) / (1 - 2 * margin), 0), 1)
      }
    }
  }

  private func requireWidth(_ width: Int, of items: HostArray<Float>) throws {
    guard items.shape.rank >= 1, items.rowCount == 0 || items.rowSize == width else {
      throw DataError.transformDoesNotFit(
        detail: "it takes \(width) values per item, but gets \(items.rowSize)")
    }
  }

  /// Each value by a map of its own for each place in an item.
  private func mapped(
    _ items: HostArray<Float>, _ map: (Float, Int) -> Float
  ) -> HostArray<Float> {
    var elements = items.elements
    let width = items.rowSize
    for start in stride(from: 0, to: elements.count, by: max(1, width)) {
      for feature in 0..<width {
        elements[start + feature] = map(elements[start + feature], feature)
      }
    }
    return HostArray(elements, shape: items.shape)
  }
}

extension DataTransform.Projection {
  func apply(_ items: HostArray<Float>) -> HostArray<Float> {
    items.projected(minus: mean, onto: components, outputs: outputs)
  }

  func inverse(_ items: HostArray<Float>) -> HostArray<Float> {
    let width = mean.count
    var restored: [Float] = []
    restored.reserveCapacity(items.rowCount * width)
    for row in 0..<items.rowCount {
      var item = mean
      for output in 0..<outputs {
        let weight = items.elements[row * outputs + output]
        let start = output * width
        for index in 0..<width { item[index] += weight * components[start + index] }
      }
      restored.append(contentsOf: item)
    }
    return HostArray(restored, shape: [items.rowCount, width])
  }
}
