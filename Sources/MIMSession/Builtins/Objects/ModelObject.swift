import MIMModels
import MIMScript
import MIMTensor

/// A model as the language holds it: what `model`, `train` and `load "x.safetensors"` give.
public struct ModelObject: TabularObject {
  /// The model.
  public var model: Model
  /// The data set that it was made for or trained on; nil for a model that was loaded.
  public let dataset: Dataset?
  /// The shape of an item before a projection, where it is known.
  let pictureShape: Shape?
  /// The models of the epochs that `frames=` kept.
  var frames: [ModelObject]
  /// The statement that made it.
  let provenance: Provenance

  init(
    _ model: Model, dataset: Dataset? = nil, pictureShape: Shape? = nil,
    frames: [ModelObject] = [], provenance: Provenance
  ) {
    self.model = model
    self.dataset = dataset
    self.pictureShape = pictureShape
    self.frames = frames
    self.provenance = provenance
  }

  /// Its specification.
  var specification: ModelSpecification { model.specification }

  /// Its type in help and errors.
  public var typeName: String { "model" }

  /// The names behind its dot.
  public var fieldNames: [String] {
    ["kind", "z", "parameters", "width"]
      + (model.training == nil ? [] : ["history", "epochs", "best", "val_loss", "seed", "data"])
      + (frames.isEmpty ? [] : ["frames"])
  }

  /// A field by its name.
  public func field(_ name: String) -> Value? {
    switch name {
    case "kind": return .string(specification.objective.word)
    case "z": return .number(Double(specification.latentSize))
    case "parameters": return .number(Double(model.parameterCount))
    case "width": return .number(Double(specification.itemSize))
    case "frames": return frames.isEmpty ? nil : .list(frames.map(Value.object))
    default: return model.training.flatMap { field(name, of: $0) }
    }
  }

  private func field(_ name: String, of training: TrainingRecord) -> Value? {
    switch name {
    case "history":
      .object(HistoryObject(history: training.history, bestEpoch: training.bestEpoch))
    case "epochs": .number(Double(training.history.count))
    case "best": training.bestEpoch.map { .number(Double($0)) } ?? Value.none
    case "val_loss": training.bestLoss.map { .number($0) } ?? Value.none
    case "seed": .number(Double(training.options.seed))
    case "data": .string(training.dataset)
    default: nil
    }
  }

  var modelFacts: ModelFacts {
    var facts = ModelFacts()
    facts.width = specification.itemSize
    facts.kind = specification.valueKind.rawValue
    facts.latentSize = specification.latentSize
    facts.objective = specification.objective.word
    facts.made = provenance.text
    return facts
  }

  /// What checks know of it before the run.
  public var facts: [String: Value] { modelFacts.values }
}

extension ModelObject {
  /// `mim z=2`, `mim z=40+40`
  var shortText: String { "\(specification.objective.word) z=\(sizesText)" }

  /// `40+40`
  private var sizesText: String {
    specification.latentSizes.map(String.init).joined(separator: "+")
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
    // Without arguments the title has said the kind.
    let kind = s.objective.values.values.isEmpty ? [] : [("kind", s.objective.description)]
    let options: [(String, String)] =
      kind + [
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
      rows: options.map { [.string($0.0), .string($0.1)] })
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
