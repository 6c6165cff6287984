import MIMAnalysis
import MIMFigures
import MIMModels
import MIMScript
import MIMTensor

extension HostCall {
  /// Runs engine work and gives its errors a code and a place: that of the named option where the
  /// error names one of this call, else that of `argument` ("#0", an option), else the call.
  func located<Result>(at argument: String? = nil, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ScriptError {
      throw error
    } catch {
      let place = argument.flatMap { argumentSpans[$0] } ?? span
      throw scriptError(for: error, at: place)
    }
  }

  /// Does work on points; where there are too few, and a data set stands for its test items, the error says so.
  func tellingOfSplits<Result>(_ index: Int, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch var error as ScriptError where error.code == "E420" {
      if let data: DatasetObject = object(index), data.dataset.splits.count > 1 {
        let (name, all) = (text(at: index), data.dataset.splits.map(\.count).reduce(0, +))
        error.notes.append("`\(name)` stands for its test items here; `\(name).all` has \(all)")
      }
      throw error
    }
  }

  private func scriptError(for error: any Error, at place: Span) -> ScriptError {
    switch error {
    case let error as DataError: ScriptError(error, at: place, options: argumentSpans)
    case let error as FileError: ScriptError(error, at: place)
    case let error as ModelError: ScriptError(error, at: place, options: argumentSpans)
    case let error as AnalysisError: ScriptError(error, at: place)
    case let error as FigureError: ScriptError("E430", "\(error)", at: place)
    case let error as OtherRankFailed: ScriptError(error, at: place)
    case let error as EngineError: ScriptError("E440", "\(error)", at: place)
    default: ScriptError("E400", "\(error)", at: place)
    }
  }
}

extension ScriptError {
  /// A data error: missing files end with exit code 4, the rest is wrong content or a wrong
  /// request.
  init(_ error: DataError, at place: Span, options: [String: Span] = [:]) {
    let code =
      switch error {
      case .unknownSource: "E510"
      case .missing: "E511"
      case .checksum: "E512"
      case .download: "E513"
      case .optionWithoutEffect, .badOption, .badToy: "E220"
      case .unlabelled: "E224"
      case .tooFewItems, .emptySplit: "E221"
      case .wrongItemShape, .transformDoesNotFit: "E304"
      default: "E520"
      }
    var span = place
    var label: String?
    switch error {
    case .badOption(let option, _, _), .optionWithoutEffect(let option, _):
      span = options[option] ?? place
    case .noSuchColumn(_, let column, let columns):
      span =
        ["label", "id", "columns", "drop", "categories"].lazy.compactMap { options[$0] }
        .first { $0.text.contains(column) } ?? place
      label = Suggestions.label(for: column, in: columns)
    default: break
    }
    let parts = "\(error)".sentenceAndRemedy
    self.init(
      code, parts.sentence, kind: error.isMissingData ? .data : .failure, at: span, label: label,
      notes: parts.remedy.map { [$0] } ?? [])
  }

  /// A measure that cannot be computed.
  init(_ error: AnalysisError, at place: Span) {
    let code: String
    switch error {
    case .constant, .oneClass: code = "E421"
    case .noClasses, .coincidingPoints: code = "E422"
    case .tooFewRows, .dependentColumns: code = "E423"
    default:
      self.init("E420", "\(error)", at: place)
      return
    }
    let parts = "\(error)".sentenceAndRemedy
    self.init(code, parts.sentence, at: place, notes: parts.remedy.map { [$0] } ?? [])
  }

  /// A file that cannot be read or written.
  init(_ error: FileError, at place: Span) {
    let isMissing = if case .missing = error { true } else { false }
    let parts = "\(error)".sentenceAndRemedy
    self.init(
      isMissing ? "E511" : "E520", parts.sentence, kind: isMissing ? .data : .failure, at: place,
      notes: parts.remedy.map { [$0] } ?? [])
  }

  /// An error of a model, of its training or of what it was given.
  init(_ error: ModelError, at place: Span, options: [String: Span] = [:]) {
    var span = place
    let code: String
    switch error {
    case .unusableOption(let name, _, _), .unusableTrainingOption(let name, _, _):
      code = "E220"
      span = name.split(separator: "/").lazy.compactMap { options[String($0)] }.first ?? place
    case .otherItems: code = "E301"
    case .needsLabels: code = "E224"
    case .otherClasses: code = "E301"
    case .otherLatentSize: code = "E302"
    case .unknownDataDensity, .unusableRequest: code = "E222"
    case .tooFewItems: code = "E221"
    case .notFiniteItem: code = "E521"
    case .ranksDiffer: code = "E451"
    case .diverged: code = "E410"
    case .unreadableModel, .parametersDoNotFit: code = "E522"
    case .unreadableReference: code = "E524"
    case .unreadableCheckpoint, .otherCheckpoint:
      code = "E523"
      span = options["checkpoint"] ?? place
    case .undefinedMetric, .unknownMetric: code = "E225"
    }
    let parts = "\(error)".sentenceAndRemedy
    self.init(code, parts.sentence, at: span, notes: parts.remedy.map { [$0] } ?? [])
  }
}

extension String {
  /// Splits "what is wrong; what to do": the remedy goes on its own line.
  fileprivate var sentenceAndRemedy: (sentence: String, remedy: String?) {
    guard let semicolon = range(of: "; ", options: .backwards) else { return (self, nil) }
    return (String(self[..<semicolon.lowerBound]), String(self[semicolon.upperBound...]))
  }
}
