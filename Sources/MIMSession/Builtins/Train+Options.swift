import MIMModels
import MIMScript
import MIMTensor

extension HostCall {
  /// The ranks that share each batch: all of them under `parallel=data`, but in a sweep, whose rows they
  /// share, this one alone. Statements run on every rank, so that without it each trains the whole model.
  var trainingCollective: any Collective {
    get throws {
      guard word("parallel")?.name == "data", host.rowThreads == nil else {
        return SerialCollective()
      }
      return try session.ranks.collective
    }
  }

  /// The data set to train on; a selection of items stands for one without other splits.
  func trainingData() throws -> (object: DatasetObject, isSelection: Bool) {
    try HostFunction.refuseTrainingOptions(
      given: given, values: options, spans: argumentSpans, at: span)
    if let data: DatasetObject = object(1) { return (data, false) }
    guard let items: ItemsObject = object(1) else {
      throw ScriptError("E201", "`train` needs a data set", at: span(at: 1))
    }
    guard items.split.role == .train else {
      throw HostFunction.testSplit(at: span(at: 1), kind: .failure)
    }
    let dataset = Dataset(
      name: items.name, train: items.split, valueKind: items.valueKind,
      binarisation: items.binarisation, files: try items.source?.dataset.files ?? [],
      transform: items.transform)
    return (
      DatasetObject(
        dataset: dataset, pictureShape: items.pictureShape, notes: [],
        provenance: Provenance(self)), true
    )
  }

  /// The options of `train` as the trainer takes them: a batch has at most all `items`. A model that was trained before
  /// keeps its seed, so that the result does not depend on names.
  func trainingOptions(of model: ModelObject, items: Int) throws -> TrainingOptions {
    var options = TrainingOptions()
    options.epochs = integer("epochs") ?? options.epochs
    options.batch = min(integer("batch") ?? options.batch, max(items, 1))
    options.learningRate = number("lr") ?? options.learningRate
    options.warmup = integer("warmup") ?? options.warmup
    options.warmupBeta = integer("warmup_beta")
    options.patience = integer("patience")
    if let word = text("optimizer").flatMap(OptimizerKind.init(rawValue:)) {
      options.optimizer = word
    }
    if let word = text("schedule").flatMap(ScheduleKind.init(rawValue:)) { options.schedule = word }
    if let word = text("keep").flatMap(KeepRule.init(rawValue:)) { options.keep = word }
    if text("validate") == ValidationPoints.anew.rawValue { options.validation = .anew }
    if isNone("baseline") { options.baseline = .none }
    if text("decoded") == DecodedObservations.mean.rawValue { options.decoded = .mean }
    if isNone("patience"), given.contains("patience") { options.patience = options.epochs }
    let continued = given.contains("seed") ? nil : model.model.training?.options.seed
    options.seed = continued ?? seed
    options.threads = try threads
    return options
  }
}
