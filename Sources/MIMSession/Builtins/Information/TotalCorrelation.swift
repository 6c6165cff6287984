import MIMAnalysis
import MIMScript
import MIMTensor

extension HostFunction {
  /// `total_correlation a b c`.
  static let totalCorrelation = HostFunction(
    "total_correlation", group: .measure,
    summary: "measure the information among several variables in nats",
    positional: [
      Parameter(
        "X", HostCall.variableTypes, repeats: true,
        "the variables; of a single one its columns, so that codes give that of their units")
    ],
    options: [
      Parameter(
        "estimator", .word(InformationEstimator.jointTable.map(\.word)), defaultText: "ksg",
        "how it is estimated")
    ] + InformationWords.options,
    result: "as mi: i.value with i.se, i.p, i.curve, i.warning …", resultType: "information",
    details: [
      "Σ H(Xi) − H(X1, …, Xm) (Watanabe 1960); for two variables it is their mutual information. The null",
      "puts the rows of every variable but one in random order.",
    ],
    example: "i = total_correlation z", seeAlso: ["mi", "interaction", "mi_table"], isRandom: true
  ) { call in
    let places = call.positional.indices.filter { !call.positional[$0].isNone }
    let read = try places.map { try call.asCoordinates(at: $0) }
    var variables = read.map(\.variable)
    if variables.count == 1 { variables = try call.columns(of: variables[0]) }
    guard variables.count >= 2 else {
      throw ScriptError(
        "E221", "total_correlation needs at least two variables or columns", at: call.span(at: 0),
        notes: ["try: total_correlation z, with codes of two units or more"])
    }
    let sample = try call.located(at: "#0") {
      try InformationSample(variables[0], variables[1], and: Array(variables.dropFirst(2)))
    }
    let names = places.map { call.text(at: $0) }.joined(separator: "; ")
    return .object(
      try call.information(
        sample, among: InformationEstimator.jointTable,
        subject: places.count > 1 ? "I(\(names))" : "total correlation of \(names)",
        notes: read.compactMap(\.note)))
  }
}

extension HostCall {
  /// Each column of a variable as a variable.
  func columns(of variable: InformationVariable) throws -> [InformationVariable] {
    let letter =
      switch argument(0) {
      case .object(is CodesObject)?: "z"
      case .object(is EmbeddingObject)?: "y"
      default: "x"
      }
    let (width, values) = (variable.dimensions, variable.values)
    return try (0..<width).map { column in
      let own = stride(from: column, to: values.count, by: width).map { values[$0] }
      return try InformationVariable(
        points: HostArray(own, shape: [own.count, 1]), name: "\(letter)\(column + 1)")
    }
  }
}
