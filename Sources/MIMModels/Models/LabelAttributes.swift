import MIMTensor

/// How an item's class stands beside its values in a row that a model sees: of two classes one number, 1 for the second class; of more
/// classes a number each, 1 for its own.
public struct LabelAttributes: Sendable, Hashable {
  /// The classes.
  public let classCount: Int

  /// Of so many classes.
  public init(classCount: Int) { self.classCount = classCount }

  /// The numbers in a row.
  public var count: Int { classCount == 2 ? 1 : classCount }

  /// Whether attribute `index` holds for a class.
  func holds(_ index: Int, for label: Int) -> Bool { label == (count == 1 ? 1 : index) }

  /// The items `[n, …]` with their attributes behind them, `[n, item + count]`. A class that there isn't has no attribute.
  func rows(_ items: HostArray<Float>, labels: [Int32]) -> HostArray<Float> {
    let (rows, width) = (items.rowCount, items.rowSize)
    var elements: [Float] = []
    elements.reserveCapacity(rows * (width + count))
    for (row, label) in zip(0..<rows, labels) {
      elements += items.elements[row * width..<(row + 1) * width]
      elements += (0..<count).map { holds($0, for: Int(label)) ? 1 : 0 }
    }
    return HostArray(elements, shape: [min(rows, labels.count), width + count])
  }

  /// One-hot classes `[batch, classes]` of attributes `[batch, count]`.
  func classes(of attributes: Tensor) -> Tensor {
    count == 1 ? attributes.graph.concatenate([1 - attributes, attributes], axis: 1) : attributes
  }
}

extension ModelSpecification {
  /// How classes stand in a row; nil where the model doesn't see them.
  public var attributes: LabelAttributes? {
    labelNames.map { LabelAttributes(classCount: $0.count) }
  }

  /// The numbers of a row that programs see: an item, and its class where the model sees that.
  var rowWidth: Int { itemSize + (attributes?.count ?? 0) }

  /// The units of codes that hold the class, the first ones; 0 in models that don't see it.
  public var labelUnits: Int {
    heldClasses > 0
      ? heldClasses : labelNames.map { objective.component.labelUnits(classes: $0.count) } ?? 0
  }

  /// Whether the model sees the class of every item.
  public var needsLabels: Bool {
    type(of: objective.component).needsLabels || decoder.component.seesClasses
  }

  /// The units of codes that are the item's class, one-hot, for a decoder that sees it; 0 for others.
  var heldClasses: Int { decoder.component.seesClasses ? labelNames?.count ?? 0 : 0 }

  /// What the encoder and the prior of a model with such units are: those of a model without them.
  var withoutClasses: ModelSpecification {
    guard heldClasses > 0 else { return self }
    var rest = self
    rest.latentSizes = [latentSize - heldClasses]
    rest.labelNames = nil
    return rest
  }

  /// Items `[n, …]` as programs see them: with their classes where the model needs these. Throws `needsLabels` where they
  /// have none, and `otherClasses` for one that the model doesn't know.
  func rows(_ items: HostArray<Float>, labels: [Int32]?) throws -> HostArray<Float> {
    guard let attributes else { return items }
    try requireLabels(labels, items: items.rowCount)
    return attributes.rows(items, labels: labels ?? [])
  }

  /// Throws where the model needs classes and these aren't those of its items.
  func requireLabels(_ labels: [Int32]?, items: Int) throws {
    guard let labelNames else { return }
    guard let labels, labels.count == items else {
      throw ModelError.needsLabels(kind: objective.word)
    }
    if let stranger = labels.first(where: { $0 < 0 || Int($0) >= labelNames.count }) {
      throw ModelError.otherClasses(found: Int(stranger), known: labelNames)
    }
  }
}
