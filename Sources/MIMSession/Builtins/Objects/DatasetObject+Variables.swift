import MIMModels
import MIMScript
import MIMTensor

/// What has labels, which a table's own name for their column stands for too.
protocol LabelledObject {
  /// That name, as it may follow a dot; nil where there is none, or it is `label` anyway.
  var labelField: String? { get }
}

extension DatasetObject: LabelledObject {}
extension ItemsObject: LabelledObject {}
extension CodesObject: LabelledObject {}
extension EmbeddingObject: LabelledObject {}
extension ArrayObject: LabelledObject {
  var labelField: String? { classes?.field }
}

/// Variables of a data set as fields: the columns of a table by their names, x and y of a benchmark task.
extension DatasetObject {
  /// Its variables, and the column of its labels.
  public var ownFieldNames: [String] { variableNames + [labelField].compactMap { $0 } }

  /// The variable of that name, or the labels.
  public func ownField(_ name: String) -> Value? {
    name == labelField ? field("labels") : variable(name)
  }

  /// The name that the column of labels has in the table, as a field: another word for `label` and `labels`.
  var labelField: String? {
    dataset.labelName.flatMap { Self.labelField($0, besideColumns: dataset.columnNames ?? []) }
  }

  /// Such a name; nil where it is `label` anyway.
  static func labelField(_ name: String, besideColumns columns: [String]) -> String? {
    // The last, so that no column gets another name.
    fieldNames(ofColumns: columns + [name]).last.flatMap { $0 == "label" ? nil : $0 }
  }

  /// The names of those fields.
  var variableNames: [String] {
    if dataset.benchmark != nil { return ["x", "y", "mi", "title"] }
    let factors = dataset.train.factors?.factors.map(\.name)
    return Self.fieldNames(ofColumns: dataset.columnNames ?? factors ?? [])
  }

  /// The variable of that name, in the order of `all`; nil when there is none.
  func variable(_ name: String) -> Value? {
    if let pair = dataset.benchmark {
      let known = ArrayObject.KnownInformation(
        task: dataset.name, information: pair.information)
      switch name {
      case "x", "y":
        return .object(
          ArrayObject(
            values: name == "x" ? pair.x : pair.y, name: "\(name) of \(dataset.name)", known: known)
        )
      case "mi": return .number(pair.information)
      case "title": return .string(pair.title)
      default: return nil
      }
    }
    guard let place = variableNames.firstIndex(of: name) else { return nil }
    let values = dataset.splits.flatMap { $0.variable(at: place, of: dataset) }
    let labels = dataset.splits.compactMap(\.labels).flatMap { $0 }
    return .object(
      ArrayObject(
        values: HostArray(values, shape: [values.count, 1]), name: "\(name) of \(dataset.name)",
        classes: labels.count == values.count
          ? ArrayObject.RowClasses(
            labels: labels, names: dataset.classNames, field: labelField) : nil,
        rowIdentity: RowIdentity(dataset.splits.map(\.places), of: dataset)))
  }

  /// Before the run: whether a field may be a variable. Where nothing is known of the data, it may.
  public static func mayHaveOwnField(_ field: String, _ facts: [String: Value]) -> Bool {
    guard facts["name"] != nil else { return true }
    return DataFacts(facts).variables?.contains(field) ?? false
  }

  /// Columns' names as they may follow the dot of a data set, or of its items: what can't becomes `_`, an `x` goes before what can't begin a name. One that the data
  /// set or items have anyway (`name`, `kind`, `n`), or that an earlier column got, ends in `_2`, `_3` …
  static func fieldNames(
    ofColumns columns: [String]
  ) -> [String] {
    var taken = Set(fields.map(\.name) + ItemsObject.fields.map(\.name))
    return columns.map { column in
      var name = String(
        String.UnicodeScalarView(
          column.unicodeScalars.map { $0.properties.isXIDContinue ? $0 : "_" }))
      if name.unicodeScalars.first?.properties.isXIDStart != true { name = "x" + name }
      var unique = name
      var number = 2
      while !taken.insert(unique).inserted {
        unique = "\(name)_\(number)"
        number += 1
      }
      return unique
    }
  }
}

/// The columns of a table, and the factors of items, by their names behind the dot of a split: `d.test.age`.
extension ItemsObject {
  private var variableNames: [String] {
    guard let source = dataset, source.benchmark == nil else { return [] }
    let factors = split.factors?.factors.map(\.name)
    return DatasetObject.fieldNames(ofColumns: tableColumns ?? factors ?? [])
  }

  /// The names that a table's columns have in its header; nil for other items.
  var tableColumns: [String]? {
    guard let source = dataset, split.items.rowSize == source.train.items.rowSize else {
      return nil
    }
    return source.columnNames
  }

  /// The data set they belong to; nil where there is none, or where it can't be loaded again.
  private var dataset: Dataset? { try? source?.dataset }

  /// The name that the column of labels has in the table, as a field: another word for `label` and `labels`.
  var labelField: String? {
    guard let source = dataset, let name = source.labelName else { return nil }
    return DatasetObject.labelField(name, besideColumns: source.columnNames ?? [])
  }

  /// Its variables, and the column of its labels.
  public var ownFieldNames: [String] { variableNames + [labelField].compactMap { $0 } }

  /// The variable of that name, or the labels.
  public func ownField(_ field: String) -> Value? {
    if field == labelField { return self.field("labels") }
    guard let source = dataset, let place = variableNames.firstIndex(of: field) else { return nil }
    let values = split.variable(at: place, of: source)
    return .object(
      ArrayObject(
        values: HostArray(values, shape: [values.count, 1]), name: "\(field) of \(name)",
        classes: split.labels.map {
          ArrayObject.RowClasses(labels: $0, names: split.classNames, field: labelField)
        }, rowIdentity: RowIdentity([split.places], of: source)))
  }

  /// Before the run: whether a field may be a variable. Where nothing is known of the data, it may.
  public static func mayHaveOwnField(_ field: String, _ facts: [String: Value]) -> Bool {
    guard facts["name"] != nil else { return true }
    return DataFacts(facts).variables?.contains(field) ?? false
  }
}

extension DataSplit {
  /// A column of a table's items in the units of the table, or a factor of them.
  fileprivate func variable(at place: Int, of source: Dataset) -> [Double] {
    if source.columnNames == nil, let factors {
      return factors.column(place).map { Double($0) }
    }
    guard place < items.rowSize else { return [] }
    let values =
      source.transform?.asWritten(items, at: place)
      ?? stride(from: place, to: items.count, by: items.rowSize).map { items.elements[$0] }
    return values.map(\.shortestDouble)
  }
}
