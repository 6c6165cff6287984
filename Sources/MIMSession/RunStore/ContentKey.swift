import MIMFormats
import MIMModels
import MIMScript
import MIMTensor

/// SHA-256 over what values hold, so that equal keys mean equal inputs however they were made.
struct ContentKey {
  private var hash = SHA256()

  /// The key in lower-case hexadecimal.
  func hexadecimal() -> String { hash.hexadecimal() }

  /// The key of texts.
  static func of(_ parts: [String]) -> String {
    var key = ContentKey()
    parts.forEach { key.add($0) }
    return key.hexadecimal()
  }

  /// The key of a value: a short text for plain ones.
  static func text(of value: Value) -> String {
    guard case .object(let object) = value else { return "\(value.typeName) \(value.json.text())" }
    var key = ContentKey()
    key.add(object.typeName)
    if let content = object as? any ContentKeyed {
      content.add(to: &key)
    } else {
      key.add(object.json.text())
    }
    return key.hexadecimal()
  }

  mutating func add(_ text: String) {
    var bytes = Array(text.utf8)
    bytes.append(0)
    bytes.withUnsafeBytes { hash.update($0) }
  }

  mutating func add(_ array: HostArray<Float>) {
    add("\(array.shape)")
    array.elements.withUnsafeBytes { hash.update($0) }
  }

  mutating func add(_ labels: [Int32]?) {
    add("labels \(labels?.count ?? -1)")
    labels?.withUnsafeBytes { hash.update($0) }
  }

  mutating func add(_ arrays: [String: HostArray<Float>]) {
    for (name, array) in arrays.sorted(by: { $0.key < $1.key }) {
      add(name)
      add(array)
    }
  }
}

/// A host object whose contents make its key.
protocol ContentKeyed {
  /// Adds everything that results can depend on; no clock times, no paths.
  func add(to key: inout ContentKey)
}

extension Dataset {
  func add(to key: inout ContentKey) {
    key.add("\(name) \(valueKind) \(binarisation) \(String(describing: augmentation))")
    key.add("\(String(describing: transform))")
    for split in splits { split.add(to: &key) }
    if let density {
      key.add(density.means)
      key.add(density.scales)
    }
  }
}

extension DataSplit {
  func add(to key: inout ContentKey) {
    key.add("\(role) \(classNames ?? [])")
    key.add(items)
    key.add(labels)
  }
}

extension DatasetObject: ContentKeyed {
  func add(to key: inout ContentKey) { dataset.add(to: &key) }
}

extension ItemsObject: ContentKeyed {
  func add(to key: inout ContentKey) {
    key.add("\(name) \(valueKind) \(binarisation)")
    key.add("\(String(describing: transform))")
    split.add(to: &key)
    if let source = try? source?.dataset { source.add(to: &key) }
  }
}

extension ModelObject: ContentKeyed {
  func add(to key: inout ContentKey) {
    key.add("\(specification)")
    key.add(model.parameters)
    if let training = model.training {
      key.add("\(training.options) \(training.epoch) \(training.step) \(training.ending)")
      key.add("\(String(describing: training.bestEpoch)) \(String(describing: training.bestLoss))")
      key.add(training.optimizerState)
    }
    for frame in frames { frame.add(to: &key) }
  }
}

extension CodesObject: ContentKeyed {
  func add(to key: inout ContentKey) {
    key.add("\(areDraws) \(classNames ?? []) \(source)")
    for array in [values, means, scales] { key.add(array) }
    key.add(labels)
  }
}

extension EmbeddingObject: ContentKeyed {
  func add(to key: inout ContentKey) {
    key.add(points)
    key.add(labels)
    for frame in frames { key.add(frame.points) }
  }
}
