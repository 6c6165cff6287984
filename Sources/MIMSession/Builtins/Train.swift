import MIMModels
import MIMScript

extension HostFunction {
  /// `train m0 mnist epochs=50 patience=10`.
  static let train = HostFunction(
    "train", group: .model, summary: "train a model on DATA.train",
    positional: [
      Parameter("MODEL", .object(["model"]), "the model to start from, which is left unchanged"),
      Parameter(
        "DATA", .object(["data set", "items"]), "the data; its val split is used for early stopping"
      ),
    ],
    options: trainOptions + checkpointOptions,
    result: "a trained model; the old one is unchanged", resultType: "model",
    details: [
      "Stops early on DATA.val (never DATA.test). Ctrl-C stops training and keeps the model so far.",
      "Training a trained model continues: its optimiser state, epochs, warm-up and",
      "seed carry on (seed= gives another seed).",
      "Toy data is redrawn every epoch.",
      "parallel=data: under mpirun, ranks share each batch; in a sweep, they share its rows instead.",
      "On a terminal a line follows the epochs: loss, KL, active units, time left; see help terminal.",
      "checkpoint=: the same line continues from the file after a crash; see help checkpoints.",
    ],
    example: "m = train m0 toy epochs=3 batch=64",
    seeAlso: ["m.history", "evaluate", "warmup", "checkpoints"],
    keywords: ["fit", "optimize", "optimise", "learn"],
    isRandom: true, infer: inferTrain
  ) { call in
    let model = try call.model(at: 0)
    let data = try call.trainingData()
    let facts = data.object.dataFacts
    try Fit.check(
      model.modelFacts, facts, modelAt: call.span(at: 0), dataAt: call.span(at: 1), kind: .failure)
    let options = try call.trainingOptions(of: model, items: data.object.dataset.train.count)
    let collective = try call.trainingCollective
    try call.located(at: "#1") {
      try Trainer.check(
        model.specification, on: data.object.dataset, options: options, ranks: collective.size)
    }
    if let forecaster = call.host.forecaster {
      forecaster.add(
        try TrainingForecast.cost(of: model, on: data.object.dataset, options: options))
      return .object(model)
    }
    let run = StatementTraining(
      call: call, model: model, data: data.object, options: options,
      checkpoint: try call.checkpointOptions(), collective: collective)
    return try run.run()
  }

  private static let trainOptions = [
    Parameter("epochs", .integer(1...1_000_000), default: .number(50), "largest number of epochs"),
    Parameter(
      "batch", .integer(1...1_000_000), default: .number(128), "items per step, at most all of them"
    ),
    Parameter("lr", .number(1e-12...1e3), default: .number(1e-3), "learning rate"),
    Parameter(
      "optimizer",
      .word([
        WordSpec("adam", "Adam (Kingma & Ba 2015)"),
        WordSpec("adam_norm_grad", "Adam with each tensor's gradient divided by its norm"),
      ]), default: .string("adam"), "the optimiser"),
    Parameter(
      "schedule",
      .word([
        WordSpec("constant", "lr does not change"),
        WordSpec("noam", "lr · min(e/W, √(W/e)) with W = warmup"),
      ]), default: .string("constant"), "how lr changes with the epoch e"),
    Parameter("warmup", .integer(0...1_000_000), default: .number(10), "epochs of warm-up, W"),
    Parameter(
      "warmup_beta", .integer(0...1_000_000), defaultText: "warmup",
      "epochs until β reaches its full value; 0: full from the start"),
    Parameter(
      "patience", .optional(.integer(1...1_000_000)),
      defaultText: "warmup (none without DATA.val)",
      "epochs without a better validation loss before training stops"),
    Parameter(
      "keep",
      .word([
        WordSpec("best", "the best validation loss once β has its full value"),
        WordSpec(
          "best_from_start", "the best of all epochs; patience counts once β has its full value"),
        WordSpec("last", "the last epoch, without early stopping"),
      ]), default: .string("best"), "which epoch's model is the result"),
    Parameter(
      "validate",
      .word([
        WordSpec("fixed", "DATA.val"),
        WordSpec("anew", "toy data: as many points, redrawn every epoch, as in the authors' code"),
      ]), default: .string("fixed"), "the points used for the validation loss"),
    Parameter(
      "baseline",
      .optional(.word([WordSpec("batch", "the mean loss of the batch's other items")])),
      default: .string("batch"), defaultText: "batch",
      "baseline of the score-function gradient; none as in the authors' code"),
    Parameter(
      "decoded",
      .word([
        WordSpec("sample", "x ~ p(x given z), unbiased"),
        WordSpec("mean", "the decoder's mean, without gradient, as in the authors' image models"),
      ]), default: .string("sample"), "the x of the decoder branch"),
    Parameter("val", .anything, hidden: true, "selection is on DATA.val"),
    Parameter(
      "frames", .optional(.integer(1...1_000_000)), default: Value.none,
      "keep the model of every n-th epoch in m.frames"),
    Parameter(
      "parallel",
      .optional(
        .word([WordSpec("data", "each rank of mpirun computes its part of every batch")])),
      default: Value.none, "how the ranks of mpirun share the work"),
  ]

  private static let inferTrain: @Sendable (StaticCall) throws -> StaticValue = { call in
    let model = call.model(at: 0)
    try Fit.check(
      model, call.data(at: 1), modelAt: call.span(at: 0), dataAt: call.span(at: 1), kind: .check)
    try refuseTrainingOptions(
      given: Set(call.options.keys), values: call.knownOptions, spans: call.argumentSpans,
      at: call.span)
    if call.span(at: 1).text.hasSuffix(".test") {
      throw testSplit(at: call.span(at: 1), kind: .check)
    }
    return .object(type: "model", facts: model.values)
  }

  /// Throws for options that are known by name but not in this version.
  static func refuseTrainingOptions(
    given: Set<String>, values: [String: Value], spans: [String: Span], at span: Span
  ) throws {
    if given.contains("val") { throw testSplit(at: spans["val"] ?? span, kind: .check) }
    try checkCheckpointOptions(given: given, values: values, spans: spans, at: span)
  }

  static func testSplit(at span: Span, kind: ScriptError.Kind) -> ScriptError {
    ScriptError(
      "E223", "training must not use the test split; early stopping uses DATA.val", kind: kind,
      at: span, label: "results on test data mean nothing if the model was chosen on it",
      notes: [
        "a model chosen by its test loss looks better on that split than on new data",
        "try: load with val=…, then train on the data set itself",
      ])
  }
}
