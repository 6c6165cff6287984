import MIMScript

extension HostFunction {
  static let set = HostFunction(
    "set", group: .session, summary: "change a setting of the session; alone: list them",
    options: [
      Parameter(
        "seed", .integer(0...Int(Int32.max)), "from it every random stream is made"),
      Parameter("threads", .integer(1...1024), "cores that a plan may use"),
      Parameter(
        "conv",
        .word([
          WordSpec("auto", "Winograd's where it applies: faster, rounding of about 1e-4"),
          WordSpec("direct", "products and sums in their plain order"),
        ]), "how convolutions are computed"),
      Parameter("width", .integer(40...1000), "columns of printed text"),
      Parameter("output", .optional(.path), "folder for relative save= paths; none: the current"),
      Parameter("dpi", .integer(30...2400), "dots per inch of figures"),
      Parameter(
        "device", .word([WordSpec("cpu", "the processor; the only device so far")]),
        "where the numbers are computed"),
    ],
    result: "nothing; without options a page of text", example: "set seed=14 threads=2",
    seeAlso: ["help"]
  ) { call in
    let session = try call.session
    var settings = session.settings
    if let seed = whole(call.options["seed"]) { settings.seed = UInt64(seed) }
    if let threads = whole(call.options["threads"]) { settings.threads = threads }
    if let word = call.word("conv") {
      settings.convolution = word.name == "direct" ? .direct : .automatic
    }
    if let width = whole(call.options["width"]) { settings.width = width }
    if let dpi = whole(call.options["dpi"]) { settings.figureDPI = dpi }
    if let folder = call.options["output"] {
      if case .string(let path) = folder { settings.outputFolder = path }
      if case .none = folder { settings.outputFolder = nil }
    }
    session.settings = settings
    return call.given.isEmpty ? .object(TextPage(lines: lines(settings))) : .none
  }

  private static func whole(_ value: Value?) -> Int? {
    if case .number(let number)? = value { Int(exactly: number) } else { nil }
  }

  private static func lines(_ settings: SessionSettings) -> [String] {
    [
      "seed     \(settings.seed)",
      "threads  \(settings.threads)",
      "conv     \(settings.convolution == .direct ? "direct" : "auto")",
      "width    \(settings.width)",
      "output   \(settings.outputFolder ?? "none (the current folder)")",
      "dpi      \(settings.figureDPI)",
      "device   cpu",
    ]
  }
}
