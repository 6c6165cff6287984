import MIMScript

extension HostFunction {
  static let show = HostFunction(
    "show", group: .look, summary: "print values in full",
    positional: [Parameter("value", .anything, repeats: true, "what to print")],
    result: "nothing; prints", example: "show mnist", seeAlso: ["table", "plot", "help"]
  ) { call in
    for value in call.positional { call.host.show(value, statement: call.statement) }
    return .none
  }
}
