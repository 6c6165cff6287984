import MIMScript

extension HostFunction {
  static let set = HostFunction(
    "set", group: .session, summary: "change settings of the session, or list them",
    options: [
      Parameter(
        "seed", .integer(0...Int(Int32.max)), "the seed that every random stream is derived from"),
      Parameter("threads", .integer(1...1024), "number of threads for one computation"),
      Parameter(
        "conv",
        .word([
          WordSpec(
            "auto",
            "Winograd's algorithm where possible: faster, with rounding errors of about 1e-4"),
          WordSpec("direct", "direct sums of products"),
        ]), "the algorithm for convolutions"),
      Parameter("width", .integer(40...1000), "width of printed text in columns"),
      Parameter(
        "output", .optional(.path), "folder for relative save= paths; none: the current folder"),
      Parameter("dpi", .integer(30...2400), "dots per inch of figures"),
      Parameter(
        "images", .word(PictureChoice.all.map { WordSpec($0.word, $0.summary) }),
        "how figures are shown in the terminal"),
      Parameter(
        "device", .word([WordSpec("cpu", "the processor, the only device so far")]),
        "the device that computes"),
    ],
    result: "nothing; without options, the list of settings", example: "set seed=14 threads=2",
    seeAlso: ["help", "terminal"],
    keywords: ["settings", "config", "configuration", "options"], depends: .session
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
    if let word = call.word("images"), let choice = PictureChoice(word: word.name) {
      settings.images = choice
    }
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
      "images   \(settings.images.word)",
      "device   cpu",
    ]
  }
}
