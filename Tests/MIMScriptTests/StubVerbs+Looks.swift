import MIMScript

extension StubTable {
  static let plotOptions: [Parameter] = [
    Parameter("cols", count, "columns"), Parameter("pairs", .bool, "side by side"),
    Parameter("x", .column, "column"), Parameter("y", .list(.column), "columns"),
    Parameter("color", .column, "column"),
    Parameter("split", .list(words("train", "val")), "split"),
    Parameter("legend", .any(of: [words("right", "none"), .optional(.bool)]), "where"),
    Parameter("size", .number(0...100), "points"), Parameter("title", .string, "text"),
    Parameter("xlabel", .string, "text"), Parameter("error", words("sd", "se", "none"), "bar"),
    Parameter("view", words("xz"), "view"), Parameter("contours", .bool, "contours"),
    Parameter("ellipses", .bool, "ellipses"), Parameter("dpi", count, "dots an inch"), save,
    Parameter("where", .rowCondition, "rows"),
  ]

  static let looks: [HostFunction] = [
    HostFunction(
      stub: "plot", .look, "figure", [Parameter("what", .anything, "value")], plotOptions),
    HostFunction(
      "figure", group: .look, summary: "several panels",
      positional: [Parameter("panel", .object(["figure"]), repeats: true, "panels")],
      options: [
        Parameter("cols", count, "columns"), Parameter("width", .number(0.1...100), "inches"),
        Parameter("font", .number(1...100), "points"),
      ], result: "a figure", resultType: "figure", example: "figure { plot a }",
      run: { call in
        .object(
          StubObject(
            typeName: "figure", facts: ["panels": .number(Double(call.positional.count))]))
      }),
    HostFunction(
      "table", group: .look, summary: "a table",
      positional: [Parameter("what", .list(.table), "tables")],
      options: [
        Parameter("by", .list(.column), "columns"), Parameter("value", .list(.column), "columns"),
        Parameter("names", .list(.string), "names"), Parameter("as", .string, "form"),
        Parameter("best", words("bold"), "mark"), Parameter("where", .rowCondition, "rows"),
      ], result: "a table", resultType: "table", example: "table r by=kind",
      run: { call in
        guard case .list(let tables)? = call.positional.first,
          case .table(let table)? = tables.first
        else { return .none }
        guard let condition = call.options["where"]?.rowCondition else { return .table(table) }
        return .table(try condition.filter(table))
      }),
    HostFunction(
      "show", group: .look, summary: "show a value",
      positional: [Parameter("what", .anything, repeats: true, "values")], result: "nothing",
      example: "show m",
      run: { call in
        for value in call.positional { call.host.show(value, statement: call.statement) }
        return .none
      }),
  ]

  static let session: [HostFunction] = [
    HostFunction(
      "help", group: .session, summary: "help",
      positional: [Parameter("page", .string, repeats: true, isOptional: true, "page")],
      result: "nothing", example: "help train",
      run: { call in
        .string((["help"] + call.positional.map(\.shortText)).joined(separator: " "))
      }),
    HostFunction(
      stub: "set", .session, "none", [], [Parameter("device", words("cpu"), "device")]),
    HostFunction(
      "quit", group: .session, summary: "leave", result: "nothing", example: "quit",
      run: { _ in .string("quit") }),
  ]

  /// Verbs that only the tests have.
  static let probes: [HostFunction] = [
    HostFunction(
      "draw", group: .make, summary: "its seed",
      positional: [Parameter("what", .anything, repeats: true, isOptional: true, "ignored")],
      result: "its seed", example: "draw", isRandom: true,
      run: { call in .string(String(call.seed, radix: 16)) }),
    HostFunction(
      "fail", group: .make, summary: "fails", positional: [Parameter("when", .bool, "when")],
      result: "nothing", example: "fail true",
      run: { call in
        guard case .bool(true)? = call.positional.first else { return .number(1) }
        throw ScriptError("E410", "it failed", partial: .string("partial"))
      }),
    HostFunction(
      "stop", group: .make, summary: "stops", result: "nothing", example: "stop",
      run: { _ in
        throw ScriptError("E901", "stopped", kind: .interrupted, partial: .string("partial"))
      }),
    HostFunction(
      "given", group: .make, summary: "what it was given",
      options: [
        Parameter("net", .word(network), "a word"), Parameter("n", .integer(0...10), "a number"),
        Parameter("list", .list(.number(-1e300...1e300)), "numbers"),
        Parameter("flag", .bool, default: .bool(false), "a flag"),
        Parameter("maybe", .optional(.integer(1...9)), "none or a number"),
      ], result: "text", example: "given n=1",
      run: { call in
        let shown = call.options.keys.sorted().map { name in
          "\(name)=\(call.options[name, default: .none].shortText)"
        }
        return .string(shown.joined(separator: " "))
      }),
  ]
}
