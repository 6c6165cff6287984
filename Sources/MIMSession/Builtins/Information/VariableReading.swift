import MIMAnalysis
import MIMFormats
import MIMModels
import MIMScript
import MIMTensor

/// A variable as a statement gives it, with how it was read.
struct ReadVariable {
  let variable: InformationVariable
  /// What to tell the user of the reading; nil when it is what one expects.
  let note: String?

  init(variable: InformationVariable, note: String? = nil) {
    self.variable = variable
    self.note = note
  }
}

extension HostCall {
  /// What `mi` and its relatives measure.
  static let variableTypes: ParameterType = .any(of: [
    .object([
      "codes", "items", "decoded items", "embedding", "data set", "array",
    ]), .list(.anything), .path,
  ])

  /// The variable at a position: coordinates, or classes where it is made of text, of labels or of whole
  /// numbers that repeat. `isClasses` decides where the user said so.
  func variable(at index: Int, isClasses: Bool? = nil) throws -> ReadVariable {
    let name = text(at: index)
    switch argument(index) {
    case .list(let elements)?:
      return try read(elements, name: name, at: index, isClasses: isClasses)
    case .range(let range)?:
      return try read(
        range.numbers.map(Value.number), name: name, at: index, isClasses: isClasses)
    default:
      let array = try located(at: "#\(index)") { try coordinates(at: index) }
      let isColumn = argument(index)?.asObject(ArrayObject.self) != nil
      return try located(at: "#\(index)") {
        try variable(
          array, name: name, isClasses: isClasses,
          mostClasses: isColumn ? Self.mostClassesOfColumn : nil)
      }
    }
  }

  /// The variable by its coordinates. That its numbers look like classes is said.
  /// - Parameter hint: what there is instead.
  func asCoordinates(
    at index: Int, hint: String = "there is no form for both kinds"
  ) throws -> ReadVariable {
    let usual = try variable(at: index)
    guard usual.variable.classes != nil else { return usual }
    return ReadVariable(
      variable: try variable(at: index, isClasses: false).variable,
      note:
        "\(text(at: index)): taken as coordinates, though its numbers look like classes; \(hint)")
  }

  private func coordinates(at index: Int) throws -> HostArray<Double> {
    switch argument(index) {
    case .object(let array as ArrayObject)?: return array.values
    case .object(let data as DatasetObject)?:
      return try allItems(of: data)
    case .string(let path)?: return try file(session.pathForReading(path, at: span(at: index)))
    default: return try labelledPoints(at: index).points.flattened.inDoubles
    }
  }

  /// A .npy file in its own precision, other files as `load` reads them.
  private func file(_ path: String) throws -> HostArray<Double> {
    guard path.lowercased().hasSuffix(".npy") else {
      let data = try Dataset.load(DataRequest(path))
      try session.recordData(data.files)
      return try allItems(
        of: DatasetObject(
          dataset: data, pictureShape: data.itemShape, notes: [], provenance: Provenance(self)))
    }
    let bytes = try FileReader.bytes(of: path)
    let array = try NumpyFile.parse(bytes, path: path).doubles
    try session.recordData([
      DataFile(path: path, sha256: SHA256.hexadecimal(of: bytes), bytes: bytes.count)
    ])
    guard array.shape.rank > 0, array.count > 0 else { throw AnalysisError.empty(quantity: path) }
    return array.flattened
  }

  private func allItems(of data: DatasetObject) throws -> HostArray<Double> {
    guard let items = data.field("all")?.asObject(ItemsObject.self) else {
      throw AnalysisError.empty(quantity: data.dataset.name)
    }
    return items.split.items.flattened.inDoubles
  }

  private func read(
    _ elements: [Value], name: String, at index: Int, isClasses: Bool?
  ) throws -> ReadVariable {
    if elements.isEmpty { throw mistake("is an empty list", at: index) }
    if let row = elements.firstIndex(where: \.isNone) {
      throw ScriptError(
        "E521", "row \(row + 1) of `\(name)` has no value", at: span(at: index),
        notes: ["try: leave such rows out of the table with where=( … )"])
    }
    if let numbers = Value.list(elements).asNumbers {
      let array = HostArray(numbers, shape: [numbers.count, 1])
      return try located(at: "#\(index)") { try variable(array, name: name, isClasses: isClasses) }
    }
    let texts = elements.compactMap { element -> String? in
      switch element {
      case .bool(let flag): "\(flag)"
      case .number(let number): "\(number)"
      default: element.asText
      }
    }
    if texts.count == elements.count {
      if isClasses == false {
        throw mistake("is text, which has no coordinates", at: index)
      }
      let found = InformationVariable.numbered(texts)
      return try located(at: "#\(index)") {
        ReadVariable(variable: try InformationVariable(classes: found, name: name), note: nil)
      }
    }
    let rows = elements.compactMap { element -> [Double]? in
      if case .list = element { element.asNumbers } else { nil }
    }
    guard rows.count == elements.count, let first = rows.first, !first.isEmpty,
      rows.allSatisfy({ $0.count == first.count })
    else {
      throw mistake("is neither numbers, nor texts, nor rows of equally many numbers", at: index)
    }
    let array = HostArray(rows.flatMap { $0 }, shape: [rows.count, first.count])
    return try located(at: "#\(index)") { try variable(array, name: name, isClasses: isClasses) }
  }

  /// A column of a table with more whole numbers than that holds a quantity, such as an age. Labels may be more.
  static let mostClassesOfColumn = 20

  /// Coordinates, or classes where the user said so or one column of whole numbers repeats.
  func variable(
    _ array: HostArray<Double>, name: String, isClasses: Bool?, mostClasses: Int? = nil
  ) throws -> ReadVariable {
    let coordinates = try InformationVariable(points: array, name: name)
    if isClasses == false { return ReadVariable(variable: coordinates) }
    if isClasses == true {
      return ReadVariable(
        variable: try InformationVariable(
          classes: InformationVariable.numbered(
            (0..<array.rowCount).map { Array(array.row($0)) }), name: name))
    }
    guard array.rowSize == 1,
      let distinct = mostClasses.map({ coordinates.repeatedWholeNumbers(most: $0) })
        ?? coordinates.repeatedWholeNumbers()
    else {
      return ReadVariable(variable: coordinates)
    }
    let classes = InformationVariable.numbered(array.elements)
    return ReadVariable(
      variable: try InformationVariable(classes: classes, name: name),
      note: "\(name): whole numbers with \(distinct) different values, taken as classes "
        + "(classes=none takes them as coordinates)")
  }

  private func mistake(_ what: String, at index: Int) -> ScriptError {
    ScriptError(
      "E201", "`\(text(at: index))` \(what)", at: span(at: index),
      notes: ["\(verb) takes codes, items, columns of tables, labels, lists and .npy files"])
  }
}

extension HostArray<Float> {
  /// The same numbers in double precision.
  var inDoubles: HostArray<Double> { HostArray<Double>(elements.map { Double($0) }, shape: shape) }
}
