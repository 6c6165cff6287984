import MIMAnalysis
import MIMScript

/// Three variables as a statement gives them.
private struct ThreeVariables {
  let variables: [InformationVariable]
  /// How they were read.
  let notes: [String]
  /// The entropy of each that is made of classes, in nats.
  let entropies: [Double?]

  /// What to say of a value that lies above the entropy of classes: I(X; Y | Z) is at most that of X and of Y, an interaction that of
  /// any of the three, in size.
  func warning(of found: InformationEstimate, isSigned: Bool) -> String? {
    let bounds = (isSigned ? entropies : Array(entropies.prefix(2))).compactMap { $0 }
    let size = isSigned ? abs(found.value) : found.value
    guard let most = bounds.min(), size > most else { return nil }
    let way = found.estimator == "mixture" ? "use more rows" : "use estimator=mixture"
    return
      "\(size.text(4)) is more than the entropy of the classes, \(most.text(4)), which cannot be: "
      + "this estimator fails on these rows; \(way)"
  }
}

extension HostCall {
  /// Measures three variables, the third as condition; a value that classes cannot have is warned of.
  func informationOfThree(
    among table: [InformationEstimator], subject: String, isSigned: Bool
  ) throws -> InformationObject {
    let three = try threeVariables
    let sample = try located(at: "#1") {
      try InformationSample(three.variables[0], three.variables[1], given: three.variables[2])
    }
    var found = try information(sample, among: table, subject: subject, notes: three.notes)
    if let warning = three.warning(of: found.estimate, isSigned: isSigned) {
      found.estimate = found.estimate.warned(warning)
    }
    return found
  }

  /// Three variables for the forms that take all by their coordinates, or all as classes.
  private var threeVariables: ThreeVariables {
    get throws {
      try requireSameRows(0, 1, 2)
      let read = try (0..<3).map { try variable(at: $0) }
      let entropies = read.map { $0.variable.classes == nil ? nil : $0.variable.classEntropy }
      // What takes both kinds takes them as they are; others see coordinates alone.
      let takesBoth = (word("estimator")?.name ?? "mixture") == "mixture"
      if takesBoth || read.allSatisfy({ $0.variable.classes != nil }) {
        return ThreeVariables(
          variables: read.map(\.variable),
          notes: read.compactMap(\.note).map {
            $0.replacing(" (classes=none takes them as coordinates)", with: "")
          }, entropies: entropies)
      }
      let coordinates = try (0..<3).map {
        try asCoordinates(at: $0, hint: "estimator=mixture takes both kinds")
      }
      return ThreeVariables(
        variables: coordinates.map(\.variable), notes: coordinates.compactMap(\.note),
        entropies: entropies)
    }
  }
}
