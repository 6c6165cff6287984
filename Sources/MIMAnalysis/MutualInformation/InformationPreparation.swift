extension InformationSample {
  /// The sample as an estimator takes it, with what was found on the way: constant and repeated columns
  /// left out, ties and shared columns named.
  /// - Throws: `AnalysisError.constant` where a variable never changes, `.oneClass` for a single class.
  func prepared(
    for estimator: InformationEstimator
  ) throws -> (sample: InformationSample, warnings: [String]) {
    var warnings: [String] = []
    let sample = try changing { try $0.informative(&warnings) }
    // The correlations of normal variables are little moved by rounding.
    if estimator.kind == .densities, !estimator.name.hasPrefix("gaussian") {
      let tied = sample.variables.filter { $0.repeatedShare > 0.05 }
      if tied.count > 3, let worst = tied.max(by: { $0.repeatedShare < $1.repeatedShare }) {
        warnings.append(
          "\(tied.count) of the \(sample.variables.count) variables repeat numbers (\(worst.name) has \(worst.distinctRows) "
            + "different ones among \(worst.count)), but this estimator assumes a density, in which none repeats"
        )
      } else {
        warnings += tied.compactMap(\.tieWarning)
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

  /// Whether a column of one is a column of the other, scaled perhaps. Of very many columns only the same numbers are found.
  fileprivate func sharesColumn(with other: InformationVariable) -> Bool {
    let others = (0..<other.dimensions).map { other.column($0) }
    if (0..<dimensions).contains(where: { others.contains(column($0)) }) { return true }
    guard Double(dimensions) * Double(other.dimensions) * Double(count) < 5e7 else { return false }
    let scaled = standardised()
    let otherScaled = other.standardised()
    let columns = (0..<other.dimensions).map { otherScaled.column($0) }
    return (0..<dimensions).contains { place in
      let own = scaled.column(place)
      return columns.contains { other in
        let product = zip(own, other).reduce(0) { $0 + $1.0 * $1.1 }
        // 1 − |ρ| of numbers rounded to 32 bits is some 1e-14.
        return abs(product) > (1 - 1e-11) * Double(count)
      }
    }
  }
}
