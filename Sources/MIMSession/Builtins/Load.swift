import MIMAnalysis
import MIMFormats
import MIMModels
import MIMScript
import MIMTensor

extension HostFunction {
  /// `load toy "4"`, `load mnist`, `load "x.csv"`, `load "m.safetensors"`.
  static let load = HostFunction(
    "load", group: .data, summary: "read or generate data, or read a saved model",
    positional: [
      Parameter(
        "SOURCE", .any(of: [.word(loadSources), .path]),
        "a named data set, or the path of a .npy .npz .csv .tsv .safetensors file or a folder"),
      Parameter(
        "TEXT", .string, isOptional: true,
        "toy: \"4\" (a ring of 4 modes and one in the centre), \"-4\" (the ring only), or letters; "
          + "omniglot: a folder, .zip or chardata.mat; bmi: a task, help bmi lists them"),
    ],
    options: loadOptions,
    result: "a data set with train, val and test; a model for a .safetensors file",
    details: [
      "Named data is looked for in $MIM_DATA, $XDG_DATA_HOME/mim-repl and /usr/share/datasets.",
      "Nothing is downloaded without fetch=true.",
      "In a folder of PNGs, each sub-folder is a class. In a table, each line is an item: columns= or drop= say",
      "which numbers it has, label= which column is its class, id= which one is its name. With classes, split= divides each of them.",
      "For weights saved by PyTorch, give a model of that architecture: load \"w.safetensors\" into=m0.",
    ],
    example: "toy = load toy \"4\" n=2560", seeAlso: ["take", "show", "save"],
    keywords: [
      "read", "read_csv", "csv", "import", "dataset", "normalize", "normalise", "normalization",
      "scaling", "preprocess", "missing", "nan",
    ], isRandom: true,
    depends: .processor, infer: inferLoad
  ) { call in
    let source = call.argument(0)?.asText ?? ""
    if source.lowercased().hasSuffix(".safetensors") {
      return try loadModel(try call.session.pathForReading(source, at: call.span(at: 0)), call)
    }
    return try loadData(call)
  }

  private static let loadSources = DataSource.table.map { WordSpec($0.name, $0.summary) }

  /// What `n=` is for each data set that is drawn: `toy: 9984; bmi: 10000`.
  private static func drawnCounts(_ text: (DrawnCount) -> String) -> String {
    DataSource.table.compactMap { source in
      source.drawnCount.map { "\(source.name): \(text($0))" }
    }.joined(separator: "; ")
  }

  private static let loadOptions = [
    Parameter(
      "binarize",
      .optional(
        .word([
          WordSpec("dynamic", "training batches are redrawn every time, val and test once"),
          WordSpec("fixed", "every split is drawn once"),
        ])), defaultText: "none", "gray images: draw each pixel as 0 or 1"),
    Parameter(
      "val", .integer(0...Int(Int32.max)),
      defaultText: "10000 for mnist, fashion; 1345 for chardata.mat",
      "how many training items become the validation split"),
    Parameter("limit", .integer(1...Int(Int32.max)), "keep at most this many items in each split"),
    Parameter("fetch", .bool, default: .bool(false), "download missing files of a named data set"),
    Parameter(
      "pca", .integer(1...100_000), "project onto this many principal components, fitted on train"),
    Parameter(
      "pca_fit",
      .word([
        WordSpec("train", "one fit on train is used for every split"),
        WordSpec("each", "every split has a fit of its own, as in the authors' code"),
      ]), defaultText: "train", "pca: which items the components are fitted on"),
    Parameter(
      "augment",
      .optional(
        .word([
          WordSpec(
            "affine",
            "half of the items are rotated ±10°, shifted ±10 %, scaled 0.8–1.2, sheared ±5°")
        ])), defaultText: "none", "gray images: random changes to the training items in every epoch"
    ),
    Parameter(
      "dequantize", .bool, defaultText: "false",
      "gray images: training items are (byte + u)/256 within 0.001 and 0.999, redrawn every epoch"),
    Parameter(
      "logit", .number(1e-9...0.49),
      "gray images: items are logits of λ + (1 − 2λ) (byte + u)/256, for densities; 1e-6 for MNIST"),
    Parameter("dim", .integer(2...1_000), defaultText: "2", "toy: values per item"),
    Parameter(
      "n", .integer(1...10_000_000), defaultText: drawnCounts { "\($0.usual)" },
      drawnCounts(\.meaning)),
    Parameter(
      "label", .any(of: [.column, .integer(1...1_000_000)]),
      "tables: the column with the classes, by name or number; npz: the array with the classes; "
        + "omniglot: character or alphabet"),
    Parameter(
      "id", .any(of: [.column, .integer(1...1_000_000)]),
      "tables: the column that names the lines, as a number of patients does; no feature, but shown and saved with the items"
    ),
    Parameter(
      "header", .any(of: [.bool, .word([WordSpec("auto", "a first line with text is a header")])]),
      defaultText: "auto", "tables: whether the first line names the columns"),
    Parameter(
      "columns", .list(.any(of: [.column, .integer(1...1_000_000)])),
      "tables: the columns to read, by name or number"),
    Parameter(
      "drop", .list(.any(of: [.column, .integer(1...1_000_000)])),
      "tables: columns to leave out"),
    Parameter(
      "categories", .list(.any(of: [.column, .integer(1...1_000_000)])),
      "tables: columns of text; each becomes a column of 0 and 1 for each of its values"),
    Parameter(
      "missing", .word([WordSpec("drop", "the line is left out")]), defaultText: "an error",
      "tables: what becomes of a line with an empty cell, NA, NaN, null or ?"),
    Parameter(
      "decimal", .word([WordSpec("point", "1.5"), WordSpec("comma", "1,5")]),
      defaultText: "what the numbers have", "tables: the sign before decimals"),
    Parameter(
      "stratify", .bool, defaultText: "true with classes",
      "own data: divide each class by split="),
    Parameter(
      "split", .list(.number(0...1)),
      "own data, Omniglot drawings, sprites: fractions for train, validation and test"),
    Parameter(
      "folds", .integer(2...10_000),
      "own data: cross-validation with that many folds; fold= says which one is the test split"),
    Parameter(
      "fold", .integer(1...10_000), "own data: 1 to folds=; each item is in the test split of one"),
    Parameter(
      "scale",
      .optional(
        .word([
          WordSpec("standard", "mean 0, standard deviation 1"), WordSpec("minmax", "0 to 1"),
        ])), defaultText: "none", "scale every feature; fitted on train and stored with the model"),
    Parameter(
      "into", .object(["model"]),
      "weights from PyTorch: a model of their architecture, which is left unchanged"),
  ]

  /// The request that a statement's options amount to; `option` looks one up as it was written.
  /// - Parameters:
  ///   - seed: of the statement; nil where it isn't known yet.
  ///   - foldSeed: what folds are dealt by where `seed=` is not given. All rows of a sweep have the same, so that their folds don't overlap.
  static func dataRequest(
    source: String, text: String?, seed: UInt64?, foldSeed: UInt64 = 0,
    option: (String) -> Value?
  ) -> DataRequest {
    var options = DataOptions()
    if let count = option("folds")?.asInteger, let place = option("fold")?.asInteger {
      options.folds = Folds(
        count: count, place: place,
        seed: option("seed")?.asInteger.flatMap(UInt64.init(exactly:)) ?? foldSeed)
    }
    options.validationCount = option("val")?.asInteger
    options.limit = option("limit")?.asInteger
    options.binarisation = option("binarize").flatMap { value in
      value.isNone ? Binarisation.none : value.asText.flatMap(Binarisation.init(rawValue:))
    }
    options.fetch = option("fetch")?.asBool ?? false
    options.dimension = option("dim")?.asInteger
    options.itemCount = option("n")?.asInteger
    options.split = option("split")?.asNumbers
    options.scaling = option("scale").flatMap { value in
      value.isNone ? DataScaling.none : value.asText.flatMap(DataScaling.init(rawValue:))
    }
    if let seed { options.seed = seed }
    options.label = option("label").flatMap(column)
    options.identity = option("id").flatMap(column)
    options.columns = option("columns").map(columns)
    options.dropped = option("drop").map(columns)
    options.categories = option("categories").map(columns)
    options.missing = option("missing")?.asText.flatMap(MissingValues.init(rawValue:))
    options.decimal = option("decimal")?.asText.flatMap(DecimalSign.init(rawValue:))
    options.stratifies = option("stratify")?.asBool
    switch option("header") {
    case .bool(let isHeader)?: options.header = isHeader ? .yes : .no
    case let word?: options.header = word.asText.flatMap(HeaderLine.init(rawValue:))
    case nil: break
    }
    return DataRequest(source, argument: text, options: options)
  }

  private static func column(_ value: Value) -> ColumnReference? {
    switch value {
    case .string(let name): .name(name)
    case .number(let number): Int(exactly: number).map { .number($0) }
    default: nil
    }
  }

  private static func columns(_ value: Value) -> [ColumnReference] {
    if case .list(let elements) = value { return elements.compactMap(column) }
    return [column(value)].compactMap { $0 }
  }

  private static func loadData(_ call: HostCall) throws -> Value {
    let source = call.argument(0)?.asText ?? ""
    let isNamed = DataSource.table.contains { $0.name == source }
    let mayFetch = try call.session.settings.access?.allowsFetching ?? true
    let asksFetching = call.flag("fetch") && !mayFetch
    var request = dataRequest(
      source: isNamed ? source : try call.session.pathForReading(source, at: call.span(at: 0)),
      text: try dataText(source, call), seed: call.seed,
      foldSeed: try call.session.settings.seed,
      option: { name in
        guard call.given.contains(name), !(name == "fetch" && asksFetching) else { return nil }
        return call.options[name]
      })
    request.options.divisionSeed = call.sharedSeed
    try requireWholeFolds(isGiven: call.given.contains, at: call.span(of:))
    if call.given.contains("into") {
      throw ScriptError(
        "E220", "`into=` works only with weights from a .safetensors file",
        at: call.span(of: "into"),
        label: "leave it out")
    }
    var loaded = try call.located(at: "#0") {
      do {
        return try Dataset.load(request)
      } catch DataError.missing where asksFetching {
        throw FileAccess.fetchError(source, at: call.span(at: 0))
      }
    }
    // As it is written, so that pictures don't tell from where a notebook was run.
    if !isNamed { loaded.name = source }
    try call.session.recordData(loaded.files)
    if !call.repeatsAnother {
      (loaded.notes + renamingNotes(loaded)).forEach {
        call.host.message("\(call.text(at: 0)): \($0)")
      }
    }
    var dataset = try call.located(at: "augment") {
      try loaded.augmented(
        affine: call.text("augment") == nil ? nil : RandomAffine(),
        dequantises: call.flag("dequantize"))
    }
    if let margin = call.number("logit") {
      dataset = try call.located(at: "logit") {
        try dataset.logits(margin: margin, seed: call.seed)
      }
    }
    // What has no other than plain arguments can be loaded again; the cache keeps these instead of the data.
    dataset.recipe = try? BinaryEncoder.bytes(of: LoadRecipe(call))
    let shape = dataset.itemShape
    guard let components = call.integer("pca") else {
      if call.given.contains("pca_fit") {
        throw ScriptError(
          "E220", "`pca_fit=` has no effect without `pca=`", at: call.span(of: "pca_fit"),
          notes: ["try: pca=20 pca_fit=each"])
      }
      return .object(
        DatasetObject(
          dataset: dataset, pictureShape: shape, notes: dataset.notes, provenance: Provenance(call))
      )
    }
    return .object(try call.projected(dataset, on: components))
  }

  /// What to say of columns whose names mean something else behind a dot.
  private static func renamingNotes(_ dataset: Dataset) -> [String] {
    let columns = dataset.columnNames ?? []
    let taken = DatasetObject.fields.map(\.name) + ItemsObject.fields.map(\.name)
    return zip(columns, DatasetObject.fieldNames(ofColumns: columns)).compactMap { column, field in
      taken.contains(column)
        ? "the column \(column) is called \(field) here, because every data set has .\(column) of its own"
        : nil
    }
  }

  /// Throws where one of `folds=` and `fold=` is missing.
  static func requireWholeFolds(
    isGiven: (String) -> Bool, at span: (String) -> Span, kind: ScriptError.Kind = .failure
  ) throws {
    for (one, other, hint) in [
      ("folds", "fold", "fold=1, or sweep fold=1..5 { … folds=5 fold=fold … }"),
      ("fold", "folds", "folds=5"),
    ] where isGiven(one) && !isGiven(other) {
      throw ScriptError(
        "E220", "`\(one)=` needs `\(other)=`", kind: kind, at: span(one), label: "add: \(hint)")
    }
  }

  private static func loadModel(_ path: String, _ call: HostCall) throws -> Value {
    for option in call.given.sorted() where option != "into" {
      throw ScriptError(
        "E220", "`\(option)` has no effect for a model file", at: call.span(of: option),
        label: "leave it out")
    }
    let into: ModelObject? = call.option("into")?.asObject()
    let (model, file) = try call.located(at: "#0") {
      let bytes = try FileReader.bytes(of: path)
      let file = DataFile(
        path: path, sha256: SHA256.hexadecimal(of: bytes), bytes: bytes.count)
      guard let into else {
        return (
          try Model(safetensors: bytes, path: path, catalog: call.session.settings.catalog), file
        )
      }
      let content = try SafeTensors(bytes: bytes, path: path)
      return (try into.model.taking(weights: content, path: path), file)
    }
    try call.session.recordData([file])
    return .object(
      ModelObject(
        model, held: into?.held, pictureShape: into?.pictureShape, provenance: Provenance(call)))
  }

  /// The text after the name; a path where the source takes one.
  private static func dataText(_ source: String, _ call: HostCall) throws -> String? {
    guard let text = call.argument(1)?.asText else { return nil }
    let takesPath = DataSource.table.contains { $0.name == source && $0.argumentIsPath }
    return takesPath ? try call.session.pathForReading(text, at: call.span(at: 1)) : text
  }
}

extension SessionContext {
  /// Where a file to read lies: what this run saved under that name comes first, so that a
  /// notebook can load what it saved; then what lies beside the notebook; else the path itself.
  /// - Throws: E550 where this session may not read.
  func pathForReading(_ path: String, at span: Span) throws -> String {
    let saved = self.path(forSaving: path)
    let found = AtomicFile.exists(saved) ? saved : settings.access?.resolved(path) ?? path
    try requireReadable(found, at: span)
    return found
  }
}
