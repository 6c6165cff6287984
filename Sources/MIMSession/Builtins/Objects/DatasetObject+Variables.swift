import MIMModels
import MIMScript
import MIMTensor

/// Variables of a data set as fields: the columns of a table by their names, x and y of a benchmark task.
extension DatasetObject {
  /// Its variables.
  public var ownFieldNames: [String] { variableNames }

  /// The variable of that name.
  public func ownField(_ name: String) -> Value? { variable(name) }

  /// The names of those fields.
  var variableNames: [String] {
    if dataset.benchmark != nil { return ["x", "y", "mi", "title"] }
    return Self.fieldNames(ofColumns: dataset.columnNames ?? [])
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
    let values = dataset.splits.flatMap { split -> [Double] in
      let (width, elements) = (split.items.rowSize, split.items.elements)
      guard place < width else { return [] }
      return stride(from: place, to: elements.count, by: width).map { Double(elements[$0]) }
    }
    return .object(
      ArrayObject(
        values: HostArray(values, shape: [values.count, 1]), name: "\(name) of \(dataset.name)"))
  }

  /// Before the run: whether a field may be a variable. Where nothing is known of the data, it may.
  public static func mayHaveOwnField(_ field: String, _ facts: [String: Value]) -> Bool {
    guard facts["name"] != nil else { return true }
    return DataFacts(facts).columns?.contains(field) ?? false
  }

  /// Columns' names as they may follow a dot: what can't becomes `_`, an `x` goes before what can't begin a name. One that the data
  /// set has anyway (`name`, `kind`), or that an earlier column got, ends in `_2`, `_3` …
  static func fieldNames(ofColumns columns: [String]) -> [String] {
    var taken = Set(fields.map(\.name))
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
