import MIMModels
import MIMScript

extension HostFunction {
  /// `train m0 mnist epochs=50 patience=10`.
  static let train = HostFunction(
    "train", group: .model, summary: "train a model on DATA.train",
    positional: [
      Parameter("MODEL", .object(["model"]), "the model to start from; it stays as it is"),
      Parameter("DATA", .object(["data set", "items"]), "the data; its val split selects"),
    ],
    options: trainOptions,
    result: "a trained model; the old one is unchanged", resultType: "model",
    details: [
      "Stops early on DATA.val (never DATA.test). Ctrl-C stops here and keeps what is trained.",
      "A trained model is trained on: optimiser, epochs and warm-up continue.",
      "A trained model continues its own seed, unless seed= gives another.",
      "Toy data is drawn anew every epoch.",
      "parallel=data: under mpirun, ranks share each batch; in a sweep they share its rows instead.",
      "checkpoint=: the same line goes on where the file says, to the same bytes; help checkpoints.",
    ],
    example: "m = train m0 toy epochs=3 batch=64",
    seeAlso: ["m.history", "evaluate", "warmup", "checkpoints"],
    isRandom: true, infer: inferTrain
  ) { call in
    let model = try call.model(at: 0)
    let data = try call.trainingData()
    let facts = data.object.dataFacts
    try Fit.check(
      model.modelFacts, facts, modelAt: call.span(at: 0), dataAt: call.span(at: 1), kind: .failure)
    let options = try call.trainingOptions(of: model)
    let collective = try call.trainingCollective
    try call.located(at: "#1") {
      try Trainer.check(
        model.specification, on: data.object.dataset, options: options, ranks: collective.size)
    }
    if let planner = call.host.planner {
      planner.add(try TrainingPlan.cost(of: model, on: data.object.dataset, options: options))
      return .object(model)
    }
    let run = StatementTraining(
      call: call, model: model, data: data.object, options: options,
      checkpoint: try call.checkpointOptions(), collective: collective)
    return try run.run()
  }

  private static let trainOptions = [
    Parameter("epochs", .integer(1...1_000_000), default: .number(50), "at most so many epochs"),
    Parameter("batch", .integer(1...1_000_000), default: .number(128), "items in a step"),
    Parameter("lr", .number(1e-12...1e3), default: .number(1e-3), "learning rate"),
    Parameter(
      "optimizer",
      .word([
        WordSpec("adam", "Adam (Kingma & Ba 2015)"),
        WordSpec("adam_norm_grad", "Adam on gradients divided by their norm, tensor by tensor"),
      ]), default: .string("adam"), "how gradients become steps"),
    Parameter(
      "schedule",
      .word([
        WordSpec("constant", "lr stays"),
        WordSpec("noam", "lr · min(e/W, √(W/e)) with W = warmup"),
      ]), default: .string("constant"), "how lr changes with the epoch e"),
    Parameter("warmup", .integer(0...1_000_000), default: .number(10), "epochs of warm-up, W"),
    Parameter(
      "warmup_beta", .integer(0...1_000_000), defaultText: "warmup",
      "epochs over which β grows to its full value; 0: full from the start"),
    Parameter(
      "patience", .optional(.integer(1...1_000_000)),
      defaultText: "warmup (none without DATA.val)",
      "epochs without a better validation loss before training stops"),
    Parameter(
      "keep",
      .word([
        WordSpec("best", "the best validation loss once β is full"),
        WordSpec("best_from_start", "the best of all epochs; patience runs once β is full"),
        WordSpec("last", "the last epoch, no early stop"),
      ]), default: .string("best"), "which epoch's model is the result"),
    Parameter(
      "validate",
      .word([
        WordSpec("fixed", "DATA.val"),
        WordSpec("anew", "toy data: as many points, drawn anew every epoch; the authors' form"),
      ]), default: .string("fixed"), "what the loss that selects is taken over"),
    Parameter(
      "baseline",
      .optional(.word([WordSpec("batch", "the mean loss of the batch's other items")])),
      default: .string("batch"), defaultText: "batch",
      "what the score-function gradient subtracts; none: the authors' form"),
    Parameter(
      "decoded",
      .word([
        WordSpec("sample", "x ~ p(x given z), without bias"),
        WordSpec("mean", "the decoder's mean, without a gradient; the authors' form for images"),
      ]), default: .string("sample"), "x of the decoder branch"),
    Parameter("val", .anything, hidden: true, "selection is on DATA.val"),
    Parameter(
      "checkpoint", .optional(.path), default: Value.none,
      "a file that keeps what going on needs; a finished training is not repeated"),
    Parameter(
      "checkpoint_every", .number(0...1e6), default: .number(10),
      "minutes between two writes of the checkpoint; 0: after every step"),
    Parameter(
      "frames", .optional(.integer(1...1_000_000)), default: Value.none,
      "keep the model of every so-many-th epoch in m.frames"),
    Parameter(
      "parallel",
      .optional(
        .word([WordSpec("data", "each rank of mpirun computes its part of every batch")])),
      default: Value.none, "how the ranks of mpirun share the work"),
    Parameter(
      "force", .bool, default: .bool(false),
      "start anew over an existing checkpoint= file"),
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
      "E223", "training must not see the test split, and selects on DATA.val only", kind: kind,
      at: span, label: "selecting on test data makes its numbers worthless",
      notes: [
        "a model chosen by its test loss looks better on that split than on new data",
        "try: load with val=…, then train on the data set itself",
      ])
  }
}
