import MIMModels
import MIMScript

extension RowIdentity {
  /// Of splits of a data set, one after the other; nil for data that weren't read from one file.
  init?(_ places: [[Int32]?], of dataset: Dataset) {
    guard dataset.files.count == 1, let file = dataset.files.first, !places.contains(nil) else {
      return nil
    }
    self.init(
      file: file.sha256, name: file.path.split(separator: "/").last.map(String.init) ?? file.path,
      places: places.flatMap { $0 ?? [] })
  }
}

extension ItemsObject {
  /// Which lines of a file the items are; nil where that isn't known.
  var rowIdentity: RowIdentity? {
    guard let dataset = try? source?.dataset else { return nil }
    return RowIdentity([split.places], of: dataset)
  }
}

extension HostCall {
  /// Throws where values at these places stand side by side, but their rows are different lines of one file.
  func requireSameRows(_ indices: Int...) throws {
    for (place, one) in indices.enumerated() {
      for other in indices.dropFirst(place + 1) where argument(one) != nil && argument(other) != nil
      {
        try requireSameRows(
          rowIdentity(of: argument(one)), rowIdentity(of: argument(other)), own: text(at: one),
          others: text(at: other), at: span(at: other))
      }
    }
  }

  /// The same of values that are not arguments.
  func requireSameRows(
    _ one: RowIdentity?, _ other: RowIdentity?, own: String, others: String, at span: Span
  ) throws {
    guard
      let conflict = RowIdentity.conflict(one, other, own: own, others: others)
    else { return }
    throw ScriptError("E424", conflict.message, at: span, notes: conflict.notes)
  }

  private func rowIdentity(of value: Value?) -> RowIdentity? {
    switch value {
    case .object(let array as ArrayObject): return array.rowIdentity
    case .object(let items as ItemsObject): return items.rowIdentity
    case .object(let data as DatasetObject):
      return data.field("all")?.asObject(ItemsObject.self)?.rowIdentity
    case .object(let codes as CodesObject): return rowIdentity(of: codes.items)
    case .object(let embedding as EmbeddingObject): return rowIdentity(of: embedding.subjects.items)
    default: return nil
    }
  }

  private func rowIdentity(of held: HeldItems?) -> RowIdentity? {
    (try? held?.items)?.rowIdentity
  }
}
