import Foundation
import MIMModels
import MIMScript
import MIMTensor
import Synchronization

/// A data set in a kept value: the statement that loads it, or its items where it has no more than those.
enum DatasetCode: Codable, Sendable {
  case recipe([UInt8])
  case items(SelectedItems)

  /// The items that a model was trained on instead of a whole data set.
  struct SelectedItems: Codable, Sendable {
    let name: String
    let splits: [DataSplit]
    let valueKind: ValueKind
    let binarisation: Binarisation
    let files: [DataFile]
    let transform: DataTransform?
  }

  /// Throws for a data set that nobody knows how to make again.
  init(_ dataset: Dataset) throws {
    if let recipe = dataset.recipe {
      self = .recipe(recipe)
      return
    }
    guard dataset.density == nil, dataset.augmentation == nil, dataset.benchmark == nil,
      dataset.columnNames == nil
    else {
      throw EncodingError.invalidValue(
        dataset.name,
        EncodingError.Context(codingPath: [], debugDescription: "it has more than its items"))
    }
    self = .items(
      SelectedItems(
        name: dataset.name, splits: dataset.splits, valueKind: dataset.valueKind,
        binarisation: dataset.binarisation, files: dataset.files, transform: dataset.transform))
  }

  /// The data set.
  func dataset(_ restorer: Restorer) throws -> Dataset {
    switch self {
    case .recipe(let recipe): return try restorer.dataset(recipe).dataset
    case .items(let items):
      func split(_ role: DataSplit.Role) -> DataSplit? { items.splits.first { $0.role == role } }
      guard let train = split(.train) else {
        throw DecodingError.valueNotFound(
          DataSplit.self,
          DecodingError.Context(codingPath: [], debugDescription: "there are no training items"))
      }
      return Dataset(
        name: items.name, train: train, val: split(.val), test: split(.test),
        valueKind: items.valueKind, binarisation: items.binarisation, files: items.files,
        transform: items.transform)
    }
  }
}

/// A data set that a value holds. One that was read from the cache is loaded when somebody asks for it: most of what is done with a
/// model needs no data.
final class HeldDataset: Sendable {
  private enum State {
    case loaded(Dataset)
    case waiting(DatasetCode, Restorer)
  }

  private let state: Mutex<State>

  init(_ dataset: Dataset) { state = Mutex(.loaded(dataset)) }

  init(_ code: DatasetCode, _ restorer: Restorer) { state = Mutex(.waiting(code, restorer)) }

  /// The data set. Throws what loading throws.
  var dataset: Dataset {
    get throws {
      try state.withLock { state in
        switch state {
        case .loaded(let dataset): return dataset
        case .waiting(let code, let restorer):
          let dataset = try code.dataset(restorer)
          state = .loaded(dataset)
          return dataset
        }
      }
    }
  }

  /// How it is kept.
  var code: DatasetCode {
    get throws {
      try state.withLock { state in
        switch state {
        case .loaded(let dataset): try DatasetCode(dataset)
        case .waiting(let code, _): code
        }
      }
    }
  }
}

/// Items in a kept value: which of the data set's they are, or themselves.
struct ItemsCode: Codable, Sendable {
  /// Which items.
  enum Part: Codable, Sendable {
    case split(DataSplit.Role)
    case all
    case items(DataSplit)
  }

  let name: String
  let valueKind: ValueKind
  let binarisation: Binarisation
  let transform: DataTransform?
  let pictureShape: Shape
  let source: DatasetCode?
  let part: Part

  init(_ items: ItemsObject) throws {
    name = items.name
    valueKind = items.valueKind
    binarisation = items.binarisation
    transform = items.transform
    pictureShape = items.pictureShape
    source = try items.source?.code
    if let dataset = try items.source?.dataset, dataset.recipe != nil,
      let part = Part(items.split, of: dataset)
    {
      self.part = part
    } else {
      part = .items(items.split)
    }
  }

  /// The items.
  func items(_ restorer: Restorer) throws -> ItemsObject {
    let source = source.map { HeldDataset($0, restorer) }
    let split: DataSplit?
    switch part {
    case .items(let items): split = items
    case .split(let role): split = try source?.dataset.split(role)
    case .all: split = try (source?.dataset).map(DatasetObject.joined)
    }
    guard let split else {
      throw DecodingError.valueNotFound(
        DataSplit.self,
        DecodingError.Context(codingPath: [], debugDescription: "the data has no such split"))
    }
    return ItemsObject(
      split: split, name: name, valueKind: valueKind, binarisation: binarisation,
      transform: transform, pictureShape: pictureShape, source: source)
  }
}

extension ItemsCode.Part {
  /// The whole split, or all splits, that items are; nil where they are something else.
  init?(_ items: DataSplit, of dataset: Dataset) {
    if let split = dataset.split(items.role), Self.areSame(split, items) {
      self = .split(items.role)
    } else if items.count == dataset.splits.map(\.count).reduce(0, +),
      Self.areSame(DatasetObject.joined(dataset), items)
    {
      self = .all
    } else {
      return nil
    }
  }

  private static func areSame(_ a: DataSplit, _ b: DataSplit) -> Bool {
    a.role == b.role && a.items.shape == b.items.shape && a.labels == b.labels
      && a.classNames == b.classNames && a.trainingRows == b.trainingRows
      && a.factors == b.factors && a.places == b.places
      && haveSameBits(a.items.elements, b.items.elements)
  }

  private static func haveSameBits(_ a: [Float], _ b: [Float]) -> Bool {
    a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        guard let first = a.baseAddress, let second = b.baseAddress else { return a.isEmpty }
        return a.count == b.count && memcmp(first, second, a.count) == 0
      }
    }
  }
}

/// Items that a value holds for their pictures; those read from the cache wait until somebody looks.
final class HeldItems: Sendable {
  private enum State {
    case there(ItemsObject)
    case waiting(ItemsCode, Restorer)
    case selection(HeldItems, [Int])
  }

  private let state: Mutex<State>

  init(_ items: ItemsObject) { state = Mutex(.there(items)) }

  init(_ code: ItemsCode, _ restorer: Restorer) { state = Mutex(.waiting(code, restorer)) }

  private init(_ items: HeldItems, _ indices: [Int]) { state = Mutex(.selection(items, indices)) }

  /// Those at `indices`.
  func selecting(_ indices: [Int]) -> HeldItems { HeldItems(self, indices) }

  /// The items. Throws what loading throws.
  var items: ItemsObject {
    get throws {
      try state.withLock { state in
        let items: ItemsObject
        switch state {
        case .there(let known): return known
        case .waiting(let code, let restorer): items = try code.items(restorer)
        case .selection(let all, let indices):
          let whole = try all.items
          items = whole.replacing(whole.split.selecting(indices))
        }
        state = .there(items)
        return items
      }
    }
  }

  /// How they are kept.
  var code: ItemsCode {
    get throws {
      let known = state.withLock { state -> ItemsCode? in
        if case .waiting(let code, _) = state { code } else { nil }
      }
      return try known ?? ItemsCode(items)
    }
  }
}

extension HeldItems: Codable {
  /// Items that wait until somebody looks at them.
  convenience init(from decoder: any Decoder) throws {
    try self.init(ItemsCode(from: decoder), Restorer.of(decoder))
  }

  /// Writes which items they are.
  func encode(to encoder: any Encoder) throws { try code.encode(to: encoder) }
}
