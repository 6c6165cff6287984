import MIMModels
import MIMScript
import MIMTensor

/// A model as the language holds it: what `model`, `train` and `load "x.safetensors"` give.
public struct ModelObject: TabularObject, FieldedObject {
  /// The model.
  public var model: Model
  /// The data set that it was made for or trained on; nil for a model that was loaded.
  let held: HeldDataset?
  /// The shape of an item before a projection, where it is known.
  let pictureShape: Shape?
  /// The models of the epochs that `frames=` kept.
  var frames: [ModelObject]
  /// The statement that made it.
  let provenance: Provenance
  /// How long its last training took by the clock; nil where it wasn't trained in a session that is known. No part of what it is: neither
  /// keys of results nor its JSON hold it.
  var seconds: Double?

  init(
    _ model: Model, dataset: Dataset? = nil, pictureShape: Shape? = nil,
    frames: [ModelObject] = [], provenance: Provenance
  ) {
    self.init(
      model, held: dataset.map { HeldDataset($0) }, pictureShape: pictureShape, frames: frames,
      provenance: provenance)
  }

  init(
    _ model: Model, held: HeldDataset?, pictureShape: Shape?, frames: [ModelObject] = [],
    provenance: Provenance
  ) {
    self.model = model
    self.held = held
    self.pictureShape = pictureShape
    self.frames = frames
    self.provenance = provenance
  }

  /// The data set that it was made for or trained on; nil for a model that was loaded. Throws what loading it throws.
  public var dataset: Dataset? { get throws { try held?.dataset } }

  /// The names of the columns of the table whose lines it models; nil for other items. Images are not loaded to find that out.
  var tableColumns: [String]? {
    guard specification.itemDimensions.count == 1, let data = try? held?.dataset,
      data.columnNames?.count == specification.itemSize,
      data.train.items.rowSize == specification.itemSize
    else { return nil }
    return data.columnNames
  }

  /// Its specification.
  var specification: ModelSpecification { model.specification }

  /// Its type in help and errors.
  public static let typeName = "model"
  /// What stands behind its dot; the training's from `history` on.
  public static let fields: [ObjectField<ModelObject>] = [
    ObjectField("kind", "its objective: mim, vae, …") {
      .string($0.specification.objective.word)
    },
    ObjectField("z", "the latent size", infer: { .known(fact: "z", of: $0) }) {
      .number(Double($0.specification.latentSize))
    },
    ObjectField("parameters", "the number of parameters") {
      .number(Double($0.model.parameterCount))
    },
    ObjectField("width", "values per item", infer: { .known(fact: "width", of: $0) }) {
      .number(Double($0.specification.itemSize))
    },
    trained(
      "history", "losses by epoch", infer: { .object(type: "history", facts: $0) }
    ) { .object(HistoryObject(history: $0.history, bestEpoch: $0.bestEpoch)) },
    trained("epochs", "the number of epochs") { .number(Double($0.history.count)) },
    trained("best", "the epoch that was kept") {
      $0.bestEpoch.map { .number(Double($0)) } ?? Value.none
    },
    trained("val_loss", "the best validation loss, in nats an item") {
      $0.bestLoss.map { .number($0) } ?? Value.none
    },
    trained("seed", "the seed of the training") { .number(Double($0.options.seed)) },
    trained("data", "what it was trained on") { .string($0.dataset) },
    ObjectField("seconds", "clock time of its last training", when: { $0.seconds != nil }) {
      $0.seconds.map(Value.number) ?? Value.none
    },
    ObjectField("frames", "the models kept on the way", when: { !$0.frames.isEmpty }) {
      .list($0.frames.map(Value.object))
    },
  ]

  /// A field that a model has once it was trained.
  private static func trained(
    _ name: String, _ doc: String, infer: @escaping ObjectKind.Inference = { _ in .unknown },
    _ value: @escaping @Sendable (TrainingRecord) -> Value
  ) -> ObjectField<ModelObject> {
    ObjectField(name, doc, infer: infer, when: { $0.model.training != nil }) {
      $0.model.training.map(value) ?? Value.none
    }
  }

  var modelFacts: ModelFacts {
    var facts = ModelFacts()
    facts.width = specification.itemSize
    facts.kind = specification.valueKind.rawValue
    facts.latentSize = specification.latentSize
    facts.objective = specification.objective.word
    facts.encodesAlone = specification.encodesAlone
    facts.goesByPixel = specification.decoder.component.isAutoregressive
    facts.extraLosses = model.training?.history.extraColumns ?? []
    facts.made = provenance.text
    return facts
  }

  /// What checks know of it before the run.
  public var facts: [String: Value] { modelFacts.values }
}

extension ModelObject {
  /// `mim z=2`, `mim z=40+40`
  var shortText: String {
    specification.flow.map { "\(specification.objective.word) \($0)" }
      ?? "\(specification.objective.word) z=\(sizesText)"
  }

  /// `40+40`
  private var sizesText: String {
    let units = specification.labelUnits
    if units > 0 { return "\(specification.latentSize - units) w=\(units)" }
    return specification.latentSizes.map(String.init).joined(separator: "+")
  }

  /// What `table` and reports show.
  public var tables: [Table] {
    guard let summary = try? model.summary() else { return [optionTable] }
    return [layerTable(summary), optionTable]
  }

  private func layerTable(_ summary: ModelSummary) -> Table {
    Table(
      title: "\(shortText): minimises \(summary.objective)",
      columns: [
        Table.Column("layer"), Table.Column("maps"), Table.Column("parameters", format: "%d"),
      ],
      rows: summary.layers.map {
        [.string($0.name), .string($0.description), .number(Double($0.parameterCount))]
      },
      notes: [
        "\(summary.parameterCount.scaledText) parameters; a training step of \(summary.batch) "
          + "items: \(summary.peakBytes.byteText) of memory, "
          + "\(summary.flopsPerStep.scaledText)FLOP"
      ] + trainingNotes)
  }

  private var trainingNotes: [String] {
    guard let training = model.training else { return ["not trained yet"] }
    let ending =
      switch training.ending {
      case .complete: "all epochs"
      case .stoppedEarly: "stopped early"
      case .interrupted: "partial: stopped on request"
      case .diverged: "partial: the loss became NaN or infinite"
      }
    var line = "trained on \(training.dataset): \(training.history.count.epochText) (\(ending))"
    line += ", epoch \(training.epoch) kept"
    if let loss = training.bestLoss { line += ", validation loss \(loss.text())" }
    return [line + ", seed \(training.options.seed)"] + training.warnings.map { "\($0)" }
  }

  private var optionTable: Table {
    let s = specification
    guard s.flow == nil else {
      return Table(
        columns: [Table.Column("option"), Table.Column("value")],
        rows: [
          [.string("items"), .string("\(s.itemShape), \(s.valueKind.rawValue)")],
          [.string("flow"), .string(s.flow?.description ?? "")],
        ])
    }
    // Without arguments the title has said the kind.
    let kind = s.objective.values.values.isEmpty ? [] : [("kind", s.objective.description)]
    let classes = s.labelNames.map { [("classes", $0.joined(separator: ", "))] } ?? []
    let options: [(String, String)] =
      kind + classes + [
        ("items", "\(s.itemShape), \(s.valueKind.rawValue)"), ("levels", "\(s.levels)"),
        ("enc", s.encoder.description),
        ("dec", s.decoder.description), ("act", s.activation.rawValue),
        ("likelihood", s.likelihood.description), ("posterior", s.posterior.description),
        ("prior", s.prior.description), ("qx", s.marginal.description),
        ("anchor", s.anchor.rawValue),
        ("beta", s.beta.text()), ("entropy", s.entropy.rawValue), ("min_scale", s.minScale.text()),
      ]
    return Table(
      columns: [Table.Column("option"), Table.Column("value")],
      rows: options.filter { hasOption($0.0) }.map { [.string($0.0), .string($0.1)] })
  }

  /// Whether an option has a part in the model: an encoder alone goes by few of them.
  private func hasOption(_ name: String) -> Bool {
    let others = [
      "levels", "dec", "likelihood", "posterior", "prior", "qx", "anchor", "beta", "entropy",
      "min_scale",
    ]
    return !specification.encodesAlone || !others.contains(name)
  }

  /// What `show` prints.
  public func summary(width: Int) -> [String] {
    tables.enumerated().flatMap { $0 == 0 ? $1.text(width: width) : [""] + $1.text(width: width) }
  }

  /// What `run.json` holds of it.
  public var json: JSON {
    let s = specification
    var entries: [(key: String, value: JSON)] = [
      ("type", .string(typeName)), ("kind", .string(s.objective.description)),
      ("z", .number(Double(s.latentSize))), ("levels", .number(Double(s.levels))),
      ("enc", .string(s.encoder.description)),
      ("dec", .string(s.decoder.description)), ("act", .string(s.activation.rawValue)),
      ("likelihood", .string(s.likelihood.description)),
      ("posterior", .string(s.posterior.description)),
      ("prior", .string(s.prior.description)), ("qx", .string(s.marginal.description)),
      ("anchor", .string(s.anchor.rawValue)), ("beta", .number(s.beta)),
      ("entropy", .string(s.entropy.rawValue)), ("min_scale", .number(s.minScale)),
      ("parameters", .number(Double(model.parameterCount))),
    ]
    entries.removeAll { !hasOption($0.key) }
    if let flow = s.flow { entries.append(("flow", .string(flow.description))) }
    if let training = model.training {
      entries += [
        ("data", .string(training.dataset)), ("epochs", .number(Double(training.history.count))),
        ("best_epoch", training.bestEpoch.map { .number(Double($0)) } ?? .null),
        ("val_loss", training.bestLoss.map { .number($0) } ?? .null),
        ("ending", .string(training.ending.rawValue)),
        ("seed", .string(String(training.options.seed))),
      ]
    }
    return .object(entries)
  }
}

extension ModelObject: Codable {
  private enum CodingKeys: String, CodingKey {
    case model, convolution, data, pictureShape, frames, provenance, seconds
  }

  /// Reads a kept model; its data set waits until somebody asks for it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let restorer = try Restorer.of(decoder)
    var model = try Model(
      safetensors: container.decode([UInt8].self, forKey: .model), path: "the cache",
      catalog: restorer.catalog)
    model.convolution = try container.decode(ConvolutionAlgorithm.self, forKey: .convolution)
    self.init(
      model,
      held: try container.decodeIfPresent(DatasetCode.self, forKey: .data)
        .map { HeldDataset($0, restorer) },
      pictureShape: try container.decodeIfPresent(Shape.self, forKey: .pictureShape),
      frames: try container.decode([ModelObject].self, forKey: .frames),
      provenance: try container.decode(Provenance.self, forKey: .provenance))
    seconds = try container.decodeIfPresent(Double.self, forKey: .seconds)
  }

  /// Writes the model as its file would be, and how its data set is loaded.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(model.safetensors(), forKey: .model)
    try container.encode(model.convolution, forKey: .convolution)
    try container.encodeIfPresent(held?.code, forKey: .data)
    try container.encodeIfPresent(pictureShape, forKey: .pictureShape)
    try container.encode(frames, forKey: .frames)
    try container.encode(provenance, forKey: .provenance)
    try container.encodeIfPresent(seconds, forKey: .seconds)
  }
}

extension ModelObject: SavedObject {
  var savedContent: SaveContent { .model(model) }
}
