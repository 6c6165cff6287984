import MIMModels
import MIMScript
import MIMTensor

extension HostCall {
  /// The items at a position: a selection as it is, a data set's split of that role.
  func items(at index: Int, split role: DataSplit.Role = .test) throws -> ItemsObject {
    if let items: ItemsObject = object(index) { return items }
    guard let data: DatasetObject = object(index) else {
      throw ScriptError("E201", "`\(verb)` needs items of a data set", at: span(at: index))
    }
    guard let split = data.dataset.split(role) else {
      let names = data.dataset.splits.map(\.role.rawValue)
      throw ScriptError(
        "E222", "\(data.dataset.name) has no \(role.rawValue) split", at: span(at: index),
        label: "it has " + names.joined(separator: " "),
        notes: ["try: load it with split=[.8, .1, .1], or \(text(at: index)).\(names[0])"])
    }
    return data.items(split)
  }

  /// The model at a position, computed as `set conv=` says.
  func model(at index: Int) throws -> ModelObject {
    guard var model: ModelObject = object(index) else {
      throw ScriptError("E201", "`\(verb)` needs a model", at: span(at: index))
    }
    model.model.convolution = try session.settings.convolution
    return model
  }

  /// Items at a position as a model takes them: of its width and kind, with its transform.
  func items(
    at index: Int, for model: ModelObject, modelAt modelIndex: Int = 0,
    split role: DataSplit.Role = .test
  ) throws -> ItemsObject {
    let items = try items(at: index, split: role)
    return try fit(
      items, to: model, at: span(at: index), modelAt: span(at: modelIndex))
  }

  /// Checks that items are what a model was made for. Items as they were in the file get the
  /// scaling or projection that the model was trained with.
  func fit(
    _ items: ItemsObject, to model: ModelObject, at span: Span, modelAt modelSpan: Span
  ) throws -> ItemsObject {
    var items = items
    if let wanted = model.specification.transform, items.transform != wanted {
      guard items.transform == nil else {
        throw ScriptError(
          "E304",
          "`\(span.text)` was scaled or projected differently from the model's training data",
          at: span,
          notes: [
            "try: load it with scale=none and without pca=; the model applies its own scaling"
          ])
      }
      if wanted.inputCount == items.split.items.rowSize {
        items = try located {
          ItemsObject(
            split: items.split.replacingItems(try wanted.apply(items.split.items)),
            name: items.name, valueKind: .real, binarisation: .none, transform: wanted,
            pictureShape: items.pictureShape, source: items.source)
        }
      }
    }
    try Fit.check(
      model.modelFacts, items.dataFacts, modelAt: modelSpan, dataAt: span, kind: .failure)
    return items
  }

  /// Points with labels, from codes, embeddings or items: what `tsne`, `pca` and others take.
  func labelledPoints(at index: Int) throws -> LabelledPoints {
    switch argument(index) {
    case .object(let codes as CodesObject):
      return LabelledPoints(
        points: codes.values, labels: codes.labels, classNames: codes.classNames,
        name: "codes of \(codes.source)", items: codes.items, labelField: codes.labelField)
    case .object(let embedding as EmbeddingObject):
      return LabelledPoints(
        points: embedding.points, labels: embedding.labels, classNames: embedding.classNames,
        name: embedding.source, items: embedding.subjects.items,
        labelField: embedding.labelField)
    case .object(let decoded as DecodedObject):
      return LabelledPoints(
        points: decoded.shown.flattened, labels: decoded.labels, classNames: decoded.classNames,
        name: "\(decoded.origin.rawValue) of \(decoded.source)", items: decoded.shownItems)
    default:
      let items = try items(at: index)
      return LabelledPoints(
        points: items.items(seed: seed).flattened, labels: items.split.labels,
        classNames: items.split.classNames, name: "items of \(items.name)",
        items: HeldItems(items), labelField: items.labelField)
    }
  }
}

/// Points in any number of dimensions with the labels of what they stand for.
struct LabelledPoints {
  /// `[n, dimensions]`.
  let points: HostArray<Float>
  /// One class number per point; nil for unlabelled items.
  let labels: [Int32]?
  /// The names of the classes.
  let classNames: [String]?
  /// What they are, for messages: `codes of mnist.test`.
  let name: String
  /// The items that they stand for, where they are at hand.
  let items: HeldItems?
  /// What the column of their labels is called in the table that they come from.
  var labelField: String?

  /// The items, as an embedding of the points has them.
  var embeddedItems: EmbeddingObject.EmbeddedItems {
    EmbeddingObject.EmbeddedItems(items: items, labelField: labelField)
  }
}

extension HostArray {
  /// The same rows as a table `[rows, values of a row]`.
  var flattened: HostArray { reshaped(to: [rowCount, rowSize]) }
}
