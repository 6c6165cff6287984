extension HostFunction {
  /// The `sweep` block's line in the table; the interpreter itself runs it.
  static let sweep = HostFunction(
    "sweep", group: .measure, summary: "run a block once for every combination of axis values",
    options: [
      Parameter(
        "jobs", .integer(1...1024), defaultText: "all cores", "rows that run at the same time"),
      Parameter(
        "threads", .integer(1...1024), default: .number(1),
        "threads per row; results may depend on this, but never on jobs"),
      Parameter(
        "plan", .bool, default: .bool(false),
        "list rows, parameters, memory and time without running anything"),
      Parameter("fail_fast", .bool, default: .bool(false), "stop at the first failed row"),
      Parameter(
        "resume", .bool, default: .bool(true), "reuse finished rows from the run store"),
      Parameter("store", .bool, default: .bool(true), "keep finished rows in the run store"),
    ],
    result: "a table: one column per axis, then the values of the block's last expression",
    resultType: "table",
    details: [
      "Syntax: sweep(options) axis=values … { block }.  The last axis varies fastest.",
      "The block's last value becomes the row: the results of evaluate, or a plain value.",
      "A failed row stays in the table with its error in the column `error`.",
      "Rows are stored as they finish. The same block with the same inputs, seed and version continues",
      "where it stopped, even with more axis values. Failed rows run again.",
      "Ctrl-C keeps the finished rows and discards those still running.",
    ],
    example:
      "r = sweep kind=[\"mim\", \"vae\"] seed=1..5 { evaluate(train(model(kind, toy), toy), toy, mi) }",
    seeAlso: ["runs", "table", "plot", "for"], depends: [],
    infer: { throw blockNeeded(at: $0.span) },
    run: { throw blockNeeded(at: $0.span) })

  /// `sweep` used as if it were an ordinary verb.
  private static func blockNeeded(at span: Span) -> ScriptError {
    ScriptError(
      "E013", "`sweep` needs a block", kind: .check, at: span,
      label: "write `r = sweep seed=1..5 { … }` as a statement of its own")
  }

  /// Random verbs take `seed=`; the table adds it where it was not declared.
  var withSeedOption: HostFunction {
    guard isRandom, !options.contains(where: { $0.name == "seed" }) else { return self }
    let seed = Parameter(
      "seed", .integer(0...Int(Int32.max)), defaultText: "auto",
      "random seed; auto: derived from the session's seed, the cell, the name and the loop values")
    return with(options: options + [seed])
  }
}
