import MIMScript
import MIMSession
import MIMTensor

extension HostFunction {
  /// `norm z`
  static let norm = HostFunction(
    "norm", group: .measure, summary: "the mean Euclidean norm of codes",
    positional: [Parameter("CODES", .object(["codes"]), "the codes")],
    result: "a number", example: "norm z", seeAlso: ["encode"]
  ) { call in
    guard let codes = call.object(0, CodesObject.self) else {
      throw ScriptError("E201", "`norm` needs codes", at: call.span(at: 0))
    }
    let norms = (0..<codes.count).map { row in
      codes.values.row(row).reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
    return .number(norms.reduce(0, +) / Double(max(1, codes.count)))
  }
}
