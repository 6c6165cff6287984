import MIMModels
import MIMScript
import MIMTensor

extension HostFunction {
  /// `take(mnist.train, 100, per_class=10)`.
  static let take = HostFunction(
    "take", group: .data, summary: "select some of the items, with their labels",
    positional: [
      Parameter(
        "THINGS",
        .any(of: [
          .object(["items", "codes", "embedding", "decoded items", "data set"]), .table,
          .list(.anything),
        ]), "items of a split, codes, an embedding, decoded items, a table or a list"),
      Parameter("COUNT", .integer(1...Int(Int32.max)), isOptional: true, "how many"),
    ],
    options: [
      Parameter("per_class", .integer(1...Int(Int32.max)), "how many of every class"),
      Parameter(
        "seed", .integer(0...Int(Int32.max)), "select at random; by default the first ones"),
      Parameter("where", .rowCondition, "items of a table, rows of one: those to take from"),
    ],
    result: "a value of the same type with fewer items",
    details: [
      "Without seed=, the first items are taken. per_class= groups them by class. where= takes those of a table whose columns",
      "fulfil a condition: take d.all where=(age > 40 and label == \"yes\").",
    ],
    example: "plot take(toy.test, 100, per_class=20)", seeAlso: ["load", "plot"],
    keywords: ["filter", "subset", "query", "where", "slice", "head", "select", "rows"],
    depends: [], infer: inferTake
  ) { call in
    if let count = call.argument(1)?.asInteger ?? call.integer("per_class"), count < 1 {
      throw ScriptError("E202", "`take` needs a count of at least 1", at: call.span(at: 1))
    }
    guard call.argument(1) != nil || !call.given.isDisjoint(with: ["per_class", "where"]) else {
      throw ScriptError(
        "E105", "take needs COUNT, per_class= or where=", at: call.span,
        notes: ["write: take(\(call.text(at: 0)), 100)"])
    }
    return try taken(call)
  }

  private static let inferTake: @Sendable (StaticCall) throws -> StaticValue = { call in
    guard let first = call.positional.first else { return .unknown }
    if call.options["per_class"] != nil {
      try Fit.requireLabels(
        call.facts(at: 0, of: ["items", "codes", "embedding", "decoded items"])?["labelled"]?
          .asBool,
        of: "`\(call.span(at: 0).text)`", for: "per_class", at: call.span(of: "per_class"),
        kind: .check)
    }
    switch first {
    case .object(let type, _) where type == "data set":
      throw wholeDataset(call.span(at: 0), kind: .check)
    case .known: return .unknown
    default: return first
    }
  }

  private static func wholeDataset(_ span: Span, kind: ScriptError.Kind) -> ScriptError {
    ScriptError(
      "E201", "take needs one split of a data set", kind: kind, at: span, label: "add a split",
      notes: ["try: take(\(span.text).test, 100)"])
  }

  private static func taken(_ call: HostCall) throws -> Value {
    if call.given.contains("where") {
      switch call.argument(0) {
      case .table, .object(is ItemsObject): break
      default:
        throw ScriptError(
          "E220", "`where=` needs items of a table, or a table", at: call.span(of: "where"),
          notes: ["try: take(data.all, where=(column > 3))"])
      }
    }
    switch call.argument(0) {
    case .object(let items as ItemsObject):
      let chosen = try call.fulfilling(items)
      guard call.argument(1) != nil || call.given.contains("per_class") else {
        return .object(items.replacing(chosen))
      }
      let split = try call.located(at: "#0") {
        try chosen.take(
          call.argument(1)?.asInteger, perClass: call.integer("per_class"),
          seed: call.given.contains("seed") ? call.seed : nil)
      }
      return .object(items.replacing(split))
    case .object(let codes as CodesObject):
      return .object(codes.selecting(try call.chosen(of: codes.count, codes.labels)))
    case .object(let embedding as EmbeddingObject):
      return .object(embedding.selecting(try call.chosen(of: embedding.count, embedding.labels)))
    case .object(let decoded as DecodedObject):
      return .object(decoded.selecting(try call.chosen(of: decoded.count, decoded.labels)))
    case .table(var table):
      if let condition = call.option("where")?.asObject(RowCondition.self) {
        table = try condition.filter(table)
        guard call.argument(1) != nil else { return .table(table) }
      }
      table.rows = try call.chosen(of: table.rows.count, nil).map { table.rows[$0] }
      return .table(table)
    case .list(let elements):
      return .list(try call.chosen(of: elements.count, nil).map { elements[$0] })
    default: throw wholeDataset(call.span(at: 0), kind: .failure)
    }
  }
}

extension HostCall {
  /// The items that fulfil `where=`; all without it.
  fileprivate func fulfilling(_ items: ItemsObject) throws -> DataSplit {
    guard let condition = option("where")?.asObject(RowCondition.self) else { return items.split }
    guard let table = ColumnTable(items)?.rows else {
      throw ScriptError(
        "E220", "`where=` needs items with columns", at: span(of: "where"),
        label: "these have the shape \(items.split.itemShape)")
    }
    let chosen = try table.rows.indices.filter { row in
      try condition.holds { name in table.index(of: name).map { table.rows[row][$0] } }
    }
    guard !chosen.isEmpty else {
      throw ScriptError(
        "E221", "none of the \(table.rows.count) items fulfils the condition",
        at: span(of: "where"))
    }
    return items.split.selecting(chosen)
  }

  /// The indices that `take`'s options choose of so many things.
  fileprivate func chosen(of count: Int, _ labels: [Int32]?) throws -> [Int] {
    // A split of empty items carries the labels through the one implementation of the choice.
    let indices = HostArray((0..<count).map(Float.init), shape: [count, 1])
    guard count <= 1 << 24 else {
      throw ScriptError("E221", "take works on at most 16,777,216 items", at: span(at: 0))
    }
    let split = DataSplit(role: .test, items: indices, labels: labels)
    let choice = try located(at: "#0") {
      try split.take(
        argument(1)?.asInteger, perClass: integer("per_class"),
        seed: given.contains("seed") ? seed : nil, name: "`\(text(at: 0))`")
    }
    return choice.items.elements.map { Int($0) }
  }
}
