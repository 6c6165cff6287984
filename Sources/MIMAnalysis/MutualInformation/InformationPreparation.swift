extension InformationSample {
  /// The sample as an estimator takes it, with what was found on the way: constant and repeated columns
  /// left out, ties and shared columns named.
  /// - Throws: `AnalysisError.constant` where a variable never changes, `.oneClass` for a single class.
  func prepared(
    for estimator: InformationEstimator
  ) throws -> (sample: InformationSample, warnings: [String]) {
    var warnings: [String] = []
    let sample = try changing { try $0.informative(&warnings) }
    if estimator.kind == .densities {
      for variable in sample.variables {
        if let warning = variable.tieWarning { warnings.append(warning) }
      }
    }
    let (x, y) = (sample.x, sample.y)
    if x.classes == nil, y.classes == nil, x.sharesColumn(with: y) {
      warnings.append(
        "\(x.name) and \(y.name) have a column in common, so their information is infinite; the value "
          + "only says how many rows there are")
    }
    return (sample, warnings)
  }
}

extension InformationVariable {
  /// Without constant columns, and without columns equal to an earlier one.
  fileprivate func informative(_ warnings: inout [String]) throws -> InformationVariable {
    if let classes {
      guard Set(classes).count > 1 else {
        throw AnalysisError.oneClass(classes: Set(classes).count)
      }
      return self
    }
    if points.allRowsAreEqual { throw AnalysisError.constant(quantity: name) }
    var kept: [Int] = []
    var (constant, repeated) = (0, 0)
    var seen: [[Double]] = []
    for place in 0..<dimensions {
      let values = column(place)
      if values.allSatisfy({ $0 == values[0] }) {
        constant += 1
      } else if seen.contains(values) {
        repeated += 1
      } else {
        kept.append(place)
        seen.append(values)
      }
    }
    if constant > 0 {
      warnings.append(
        "\(constant) of the \(dimensions) columns of \(name) never change and were left out")
    }
    if repeated > 0 {
      warnings.append(
        "\(repeated) of the \(dimensions) columns of \(name) repeat another one and were left out")
    }
    return keeping(columns: kept)
  }

  /// What to say where so many rows repeat that there is no density.
  fileprivate var tieWarning: String? {
    guard repeatedShare > 0.05 else { return nil }
    return
      "\(name) has only \(distinctRows) different rows among \(count), but this estimator assumes a "
      + "density, in which none repeats; use estimator=mixture, or say with classes= that they are classes"
  }

  /// Whether a column of one is a column of the other.
  fileprivate func sharesColumn(with other: InformationVariable) -> Bool {
    let others = (0..<other.dimensions).map { other.column($0) }
    return (0..<dimensions).contains { others.contains(column($0)) }
  }
}
