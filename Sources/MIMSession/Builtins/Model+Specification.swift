import MIMModels
import MIMScript
import MIMTensor

/// What a model is made for.
struct ModelData {
  let held: HeldDataset?
  let itemShape: Shape
  let valueKind: ValueKind
  let transform: DataTransform?
  let pictureShape: Shape
  /// The names of the classes, or their numbers where they have none; nil for unlabelled items.
  let labelNames: [String]?
}

extension DataSplit {
  /// The names of the classes, or their numbers where they have none; nil for unlabelled items.
  fileprivate var labelNames: [String]? {
    labels.map { labels in
      classNames ?? (0...max(0, Int(labels.max() ?? 0))).map(String.init)
    }
  }
}

extension HostCall {
  /// The data set or items at a position, as far as a model cares.
  func modelData(at index: Int) throws -> ModelData {
    if let data = object(index, DatasetObject.self) {
      return ModelData(
        held: HeldDataset(data.dataset), itemShape: data.dataset.itemShape,
        valueKind: data.dataset.valueKind, transform: data.dataset.transform,
        pictureShape: data.pictureShape, labelNames: data.dataset.train.labelNames)
    }
    guard let items = object(index, ItemsObject.self) else {
      throw ScriptError("E201", "`\(verb)` needs a data set", at: span(at: index))
    }
    return ModelData(
      held: items.source, itemShape: items.split.itemShape, valueKind: items.valueKind,
      transform: items.transform, pictureShape: items.pictureShape,
      labelNames: items.split.labelNames)
  }

  /// The specification that the options of `model` amount to, with every part checked.
  func specification(for data: ModelData, catalog: Catalog) throws -> ModelSpecification {
    let reader = SpecificationReader(
      catalog: catalog, kind: argument(0)?.asWord,
      options: options.filter { given.contains($0.key) },
      spans: argumentSpans, span: span, errorKind: .failure)
    return try reader.specification(
      itemDimensions: data.itemShape.dimensions, valueKind: data.valueKind,
      transform: data.transform, labelNames: data.labelNames)
  }

  /// The training items that a prior starts from, where `prior=vampprior(K, init=…)` names some.
  func pseudoInputItems(catalog: Catalog) throws -> HostArray<Float>? {
    guard let word = options["prior"]?.asWord,
      let type = catalog.priors.first(where: { $0.word == word.name }),
      let start = word.trainingItems(type.arguments)
    else { return nil }
    if let data = start.asObject(DatasetObject.self) { return data.dataset.train.items }
    guard let items = start.asObject(ItemsObject.self) else { return nil }
    guard items.split.role == .train else {
      throw ScriptError(
        "E223", "pseudo-inputs must start from training items, not from `\(items.name)`",
        at: span(of: "prior"),
        label: "results mean nothing if the prior was made from the data used to measure it",
        notes: ["try: init=NAME.train"])
    }
    return items.split.items
  }
}

extension WordCall {
  /// What was given for the argument that takes training items.
  fileprivate func trainingItems(_ arguments: [ComponentArgument]) -> Value? {
    let place = arguments.firstIndex {
      if case .trainingItems = $0.type { true } else { false }
    }
    guard let place else { return nil }
    return place < positional.count ? positional[place] : named[arguments[place].name]
  }
}
